import { isMailError, type Logger, type MailError } from "@mailwright/core";
import { publishDiagnostic } from "@mailwright/core/internal";
import type { ImapErrorContext } from "../imap-error.js";
import type { SessionRedactor } from "../wire/session-redactor.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { responseCode, responseText, type WireResponse } from "../wire/wire-node.js";
import type { ImapWire } from "./imap-wire.js";
import { recount } from "./recount.js";
import { type CommandConnection, type CommandOptions, type Completion, runCommand } from "./run-command.js";
import type { SelectedMailbox } from "./selected-mailbox.js";
import { SessionEvents } from "./session-events.js";

/** What an `ImapClient` or one of its connections is doing. */
export type ImapState = "disconnected" | "connecting" | "authenticated" | "selected" | "idle" | "error";

/** What protects a connection, and what it had to offer before the login. */
export interface SessionSecurity {
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** After the login most servers keep silent about them. */
  readonly authMechanisms: readonly string[];
}

/** What a session is made of. */
export interface ImapSessionParts {
  readonly wire: ImapWire;
  readonly security: SessionSecurity;
  /** What the ID command tells of us; empty values are left out. */
  readonly clientInfo: Readonly<Record<string, string>>;
  readonly host: string;
  readonly port: number;
  readonly connectionId: string;
  readonly redactor: SessionRedactor;
  readonly logger: Logger;
  /** How long a command may take unless it says otherwise. */
  readonly commandMs: number;
}

/** One logged-in connection. Each command has a deadline; one that never completes ends only its own session. */
export class ImapSession implements CommandConnection {
  readonly connectionId: string;
  readonly events: SessionEvents = new SessionEvents();
  readonly #parts: ImapSessionParts;
  #selected: SelectedMailbox | undefined;
  /** What the server says of itself (ID); nothing where it has no ID. */
  serverInfo: Readonly<Record<string, string>> = {};
  #isBroken = false;
  #isIdle = false;
  #lastError: unknown;
  #phase = "operation";

  constructor(parts: ImapSessionParts) {
    this.#parts = parts;
    this.connectionId = parts.connectionId;
    parts.wire.start({
      unsolicited: (name, response) => this.unsolicited(name, response),
      ended: (error) => {
        this.#lastError ??= error;
        this.#closed();
      },
    });
  }

  get security(): SessionSecurity {
    return this.#parts.security;
  }

  get clientInfo(): Readonly<Record<string, string>> {
    return this.#parts.clientInfo;
  }

  get wire(): ImapWire {
    return this.#parts.wire;
  }

  get commandMs(): number {
    return this.#parts.commandMs;
  }

  get hasEnded(): boolean {
    return this.#isBroken || this.wire.isClosed;
  }

  /** Why the connection has ended, where that is known. */
  get lastError(): unknown {
    return this.#lastError;
  }

  get state(): ImapState {
    if (this.#isBroken) return "disconnected";
    if (this.#isIdle) return "idle";
    return this.selected === undefined ? "authenticated" : "selected";
  }

  /** What the last command was for, as in the `phase` of an error. */
  get phase(): string {
    return this.#phase;
  }

  /** Set by `selectMailbox`, kept up to date by what the server tells unasked. */
  get selected(): SelectedMailbox | undefined {
    return this.#selected;
  }

  set selected(mailbox: SelectedMailbox | undefined) {
    this.#selected = mailbox;
    this.events.stateChanged();
  }

  /** Nothing sent, nothing queued, not broken. */
  get isClean(): boolean {
    return !this.hasEnded && this.wire.isQuiet;
  }

  /** The capabilities as the server names them. */
  get capabilities(): string[] {
    return [...this.wire.capabilities.keys()];
  }

  /** Asks for a capability by its name in any case. */
  can(capability: string): boolean {
    return this.wire.can(capability);
  }

  /** Marks the time between IDLE and DONE. */
  setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle;
    this.events.stateChanged();
  }

  /** Takes an untagged answer that no command asked for. */
  unsolicited(name: string, response: WireResponse): void {
    const alert = responseCode(response);
    if (alert?.name === "ALERT") {
      const { logger, redactor, connectionId } = this.#parts;
      logger.warn({ connectionId }, `The server alerts: ${redactor.text(responseText(response))}`);
      return;
    }
    if (this.selected !== undefined) recount(this.selected, name, response);
    this.events.unsolicited(name, response);
  }

  /** Hears of the end, at once when it is over; the answer takes the listener off. */
  onClosed(listener: () => void): () => void {
    if (this.#isBroken) listener();
    return this.#isBroken ? () => {} : this.events.onClosed(listener);
  }

  /** Sends a command and waits for its tagged answer. NO, BAD and all failures reject with a `MailError`. */
  async command(
    name: string,
    args: readonly WireArgument[],
    options: CommandOptions = {},
  ): Promise<Completion> {
    this.#phase = options.phase ?? name.toLowerCase();
    const since = performance.now();
    const { connectionId } = this;
    const publish = (error?: MailError): void => {
      const durationMs = performance.now() - since;
      const outcome = error === undefined ? {} : { error };
      const common = { protocol: "imap", connectionId, command: name, durationMs } as const;
      publishDiagnostic("mailwright:command", () => ({ ...common, ...outcome }));
    };
    try {
      const completion = await runCommand(this, name, args, options);
      publish();
      return completion;
    } catch (error) {
      if (isMailError(error)) {
        publish(error);
        this.#parts.logger.debug({ connectionId, command: name, code: error.code }, error.message);
      }
      throw error;
    }
  }

  /** What `fromWire` needs to know of this session. */
  errorContext(phase: string, command: Pick<ImapErrorContext, "isIdempotent" | "isSent">): ImapErrorContext {
    const { host, port, connectionId, redactor } = this.#parts;
    return { host, port, connectionId, redactor, phase, ...command, byeText: this.wire.byeText };
  }

  /** Ends the connection; the command under way rejects with this error. */
  fail(error: MailError): void {
    this.#lastError ??= error;
    this.destroy();
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#isBroken = true;
    this.wire.destroy();
  }

  /** LOGOUT when that is quick, then the end; at once when the signal fires. */
  async close(signal?: AbortSignal): Promise<void> {
    if (this.isClean && signal?.aborted !== true) {
      await this.command("LOGOUT", [], { timeoutMs: LOGOUT_MS, signal }).catch(() => {});
    }
    this.destroy();
  }

  #closed(): void {
    this.#isBroken = true;
    this.#selected = undefined;
    this.events.closed();
  }
}

const LOGOUT_MS = 2_000;
