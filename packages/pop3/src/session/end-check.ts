import type { MailError } from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { createCommand } from "../wire/pop3-command.js";

/**
 * When a message is taken for complete. A server that does not stuff dots ends a message at any line that is a lone
 * dot, and only what comes next shows that: no reply, but the rest. `"behind"` waits for the beginning of the next
 * reply where one is due anyway; `"all"` asks for one (`NOOP`) where none is; `"one-by-one"` does so after every
 * message, before anything else is sent.
 */
export type FetchCheck = "behind" | "all" | "one-by-one";

/** A message whose end may be no end. */
export interface CheckedMessage {
  /** What came behind it was a reply. */
  isConfirmed: boolean;
}

/** Who waits for the end of a message to be shown. */
interface EndCheckEvents {
  readonly onConfirmed: () => void;
  readonly onFailed: (error: MailError) => void;
}

/** Knows which message may have been cut short at a lone dot, and asks for the reply that shows otherwise. */
export class EndCheck<T extends CheckedMessage> {
  readonly #connection: Pop3Connection;
  readonly #check: FetchCheck;
  readonly #events: EndCheckEvents;
  /** The last message that was answered, while it may be cut short. */
  #doubted: T | undefined;
  /** For whose sake a `NOOP` was sent. */
  #asked: T | undefined;

  constructor(connection: Pop3Connection, check: FetchCheck, events: EndCheckEvents) {
    this.#connection = connection;
    this.#check = check;
    this.#events = events;
  }

  /** A reply is asked for where none is due. */
  get asks(): boolean {
    return this.#check !== "behind";
  }

  /** It may be asked for before the message has come. */
  get asksAhead(): boolean {
    return this.#check === "all" && this.#connection.wire.requests.canPipeline;
  }

  isInDoubt(message: T): boolean {
    return this.#doubted === message;
  }

  /** This message seems to be complete. */
  doubt(message: T): void {
    this.#doubted = message;
  }

  /** A reply has begun, so that the message before it has ended. */
  confirm(): void {
    if (this.#doubted === undefined) return;
    this.#doubted.isConfirmed = true;
    this.#doubted = undefined;
    this.#events.onConfirmed();
  }

  /** Asks for a reply behind a message, once. */
  ask(message: T): void {
    if (this.#asked === message) return;
    this.#asked = message;
    const { wire, account } = this.#connection;
    wire.request({
      command: createCommand("NOOP"),
      limitMs: account.timeouts.commandMs,
      body: () => {},
      done: () => {
        message.isConfirmed = true;
        if (this.#doubted === message) this.#doubted = undefined;
        this.#events.onConfirmed();
      },
      failed: (error) => this.#events.onFailed(error),
    });
  }
}
