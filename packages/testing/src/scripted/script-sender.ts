import { setImmediate as tick } from "node:timers/promises";
import type { WireConnection } from "../net/wire-connection.js";
import { formatWire } from "./transcript.js";
import { cutIntoWrites, type WriteChunking } from "./write-chunking.js";

/** What a script says: lines that belong together leave together, cut as the test wants it. */
export class ScriptSender {
  /** Every byte that left. */
  readonly sent: Buffer[] = [];
  readonly #wire: WireConnection;
  readonly #chunking: WriteChunking;
  readonly #history: string[];
  #outbox: Buffer[] = [];
  #sentBytes = 0;

  /** `history` is told of each line as it leaves. */
  constructor(wire: WireConnection, chunking: WriteChunking, history: string[]) {
    this.#wire = wire;
    this.#chunking = chunking;
    this.#history = history;
  }

  push(bytes: Buffer): void {
    this.#outbox.push(bytes);
  }

  async flush(): Promise<void> {
    const due = Buffer.concat(this.#outbox);
    for (const bytes of this.#outbox) this.#history.push(`S: ${formatWire(bytes)}`);
    this.#outbox = [];
    const start = this.#sentBytes;
    this.#sentBytes += due.length;
    this.sent.push(due);
    for (const [index, segment] of cutIntoWrites(due, start, this.#chunking).entries()) {
      if (index > 0) {
        await tick();
        await tick();
      }
      await this.#wire.write(segment);
    }
  }
}
