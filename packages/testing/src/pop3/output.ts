import type { WireConnection } from "../net/wire-connection.js";
import type { Pop3Capabilities } from "./capabilities.js";
import type { Pop3Refusal } from "./refusal.js";

/** The answer to a command: the text after `+OK`, and the lines that follow in a multi-line reply, dots stuffed. */
export interface Pop3Reply {
  readonly text: string;
  readonly lines?: string | Buffer;
}

const FULL_BYTES = 64 * 1024;

/** Answers on their way; they gather until `flush()`, so that pipelining is answered in few segments. */
export class Pop3Output {
  readonly #wire: WireConnection;
  readonly #capabilities: Pop3Capabilities;
  #outbox: (string | Buffer)[] = [];
  #bytes = 0;

  constructor(wire: WireConnection, capabilities: Pop3Capabilities) {
    this.#wire = wire;
    this.#capabilities = capabilities;
  }

  /** True when what gathered should not wait for more. */
  get isFull(): boolean {
    return this.#bytes > FULL_BYTES;
  }

  accept({ text, lines }: Pop3Reply): void {
    this.say(text === "" ? "+OK\r\n" : `+OK ${text}\r\n`);
    if (lines === undefined) return;
    this.say(lines);
    this.say(".\r\n");
  }

  refuse({ message, code }: Pop3Refusal): void {
    const feature = code === "AUTH" || code?.startsWith("SYS/") === true ? "AUTH-RESP-CODE" : "RESP-CODES";
    const shown = code !== undefined && this.#capabilities.has(feature) ? `[${code}] ` : "";
    this.say(`-ERR ${shown}${message}\r\n`);
  }

  challenge(text: string): void {
    this.say(`+ ${Buffer.from(text).toString("base64")}\r\n`);
  }

  /** Resolves when the client has room for more. */
  async flush(): Promise<void> {
    if (this.#outbox.length === 0) return;
    const due = this.#outbox.map((bytes) => (typeof bytes === "string" ? Buffer.from(bytes) : bytes));
    this.#outbox = [];
    this.#bytes = 0;
    await this.#wire.write(Buffer.concat(due));
  }

  /** Adds bytes as they are. */
  say(bytes: string | Buffer): void {
    this.#outbox.push(bytes);
    this.#bytes += bytes.length;
  }
}
