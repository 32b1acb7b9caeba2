import { isMailError, type MailError, withDeadline } from "@mailwright/core";
import { onAbort, publishDiagnostic } from "@mailwright/core/internal";
import type { ImapFlow } from "imapflow";
import { type ImapErrorContext, interruptedError, refusalError, toImapError } from "../imap-error.js";
import type { ExecOptions, ImapWire, WireArgument } from "../wire/imapflow-wire.js";
import {
  parseNumber,
  responseCode,
  responseText,
  untaggedName,
  type WireResponse,
} from "../wire/wire-node.js";
import { guardHandlers } from "./guard-handlers.js";
import type { CommandOptions, Completion } from "./imap-command.js";
import type { ImapSessionParts } from "./imap-session-parts.js";
import type { SelectedMailbox } from "./selected-mailbox.js";
import { SessionEvents } from "./session-events.js";

/** What an `ImapClient` or one of its connections is doing. */
export type ImapState = "disconnected" | "connecting" | "authenticated" | "selected" | "idle" | "error";

/** One logged-in connection. Each command has a deadline; one that never completes ends only its own session. */
export class ImapSession {
  readonly connectionId: string;
  readonly events: SessionEvents = new SessionEvents();
  readonly #parts: ImapSessionParts;
  #selected: SelectedMailbox | undefined;
  #isBroken = false;
  #isIdle = false;
  #lastError: unknown;
  #phase = "operation";

  constructor(parts: ImapSessionParts) {
    this.#parts = parts;
    this.connectionId = parts.connectionId;
    parts.flow.on("error", (error: unknown) => {
      this.#lastError ??= error;
      this.#isBroken = true;
    });
    parts.flow.on("close", () => this.#closed());
    parts.wire.takeUnasked((response) => this.unsolicited(untaggedName(response), response));
  }

  get flow(): ImapFlow {
    return this.#parts.flow;
  }

  get wire(): ImapWire {
    return this.#parts.wire;
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
    return !this.#isBroken && !this.flow.isClosed && this.wire.isQuiet();
  }

  /** The capabilities as the server names them. */
  get capabilities(): string[] {
    return [...this.flow.capabilities.keys()];
  }

  /** Asks for a capability by its name in any case. */
  can(capability: string): boolean {
    return this.flow.capabilities.has(capability) || this.flow.capabilities.has(capability.toUpperCase());
  }

  /** Marks the time between IDLE and DONE. */
  setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle;
    this.events.stateChanged();
  }

  /** Takes an untagged answer that no command asked for. */
  unsolicited(name: string, response: WireResponse): void {
    const { selected } = this;
    const number = parseNumber(response.command);
    if (selected !== undefined && number !== undefined) {
      if (name === "EXISTS") selected.exists = number;
      if (name === "EXPUNGE" && number > 0 && number <= selected.exists) selected.exists -= 1;
    }
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
    const since = performance.now();
    const { connectionId } = this;
    try {
      const completion = await this.#run(name, args, options);
      const durationMs = performance.now() - since;
      publishDiagnostic("mailwright:command", () => ({
        protocol: "imap",
        connectionId,
        command: name,
        durationMs,
      }));
      return completion;
    } catch (thrown) {
      const durationMs = performance.now() - since;
      if (isMailError(thrown)) {
        const error = thrown;
        publishDiagnostic("mailwright:command", () => ({
          protocol: "imap",
          connectionId,
          command: name,
          durationMs,
          error,
        }));
        this.#parts.logger.debug({ connectionId, command: name, code: error.code }, error.message);
      }
      throw thrown;
    }
  }

  /** What `toImapError` needs to know of this session. */
  errorContext(phase: string, command: Pick<ImapErrorContext, "isIdempotent" | "isSent">): ImapErrorContext {
    const { host, port, connectionId, redactor } = this.#parts;
    return { host, port, connectionId, redactor, phase, ...command, byeText: this.wire.byeText() };
  }

  /** Ends the connection; the command under way rejects with this error. */
  fail(error: MailError): void {
    this.#lastError ??= error;
    this.destroy();
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#isBroken = true;
    this.flow.close();
  }

  /** LOGOUT when that is quick, then the end. */
  async close(): Promise<void> {
    if (this.isClean) {
      await this.command("LOGOUT", [], { timeoutMs: LOGOUT_MS }).catch(() => {});
    }
    this.destroy();
  }

  async #run(name: string, args: readonly WireArgument[], options: CommandOptions): Promise<Completion> {
    const { isIdempotent = true, signal, onPlusTag } = options;
    const { untagged, rethrow } = guardHandlers(options.untagged);
    const phase = options.phase ?? name.toLowerCase();
    this.#phase = phase;
    let isSent = false;
    const context = (): ImapErrorContext => this.errorContext(phase, { isIdempotent, isSent });
    if (this.#isBroken || this.flow.isClosed) throw toImapError(this.#lastError ?? closedBefore(), context());
    const exec: ExecOptions = {
      untagged,
      ...(onPlusTag === undefined ? {} : { onPlusTag }),
      onSend: () => {
        isSent = true;
      },
    };
    const deadline = {
      timeoutMs: options.timeoutMs ?? this.#parts.commandMs,
      signal,
      protocol: "imap",
    } as const;
    const { connectionId } = this;
    try {
      return await withDeadline(
        async (abort) => {
          const stopListening = onAbort(abort, () => this.destroy());
          try {
            const completion = this.#completion(await this.wire.exec(name, args, exec), context());
            rethrow();
            return completion;
          } finally {
            stopListening();
          }
        },
        { ...deadline, phase, connectionId, retryable: isIdempotent },
      );
    } catch (thrown) {
      if (isMailError(thrown)) throw this.#interrupted(thrown, context());
      const error = toImapError(this.#cause(thrown), context());
      if (error.connectionBroken) this.destroy();
      throw error;
    }
  }

  #completion(answer: { response: WireResponse; next(): void }, context: ImapErrorContext): Completion {
    const { response } = answer;
    answer.next();
    // QUIRK: ImapFlow 2.1.2 takes a tagged BYE for success.
    if (response.command?.toUpperCase() !== "OK" && context.phase !== "logout") {
      this.destroy();
      throw refusalError(response, context);
    }
    return { code: responseCode(response), text: responseText(response) };
  }

  #interrupted(error: MailError, context: ImapErrorContext): MailError {
    const isInterruption = error.code === "timeout" || error.code === "aborted";
    if (isInterruption && context.isSent) this.destroy();
    return isInterruption ? interruptedError(error, context) : error;
  }

  /** ImapFlow rejects the pending command with "no connection" and emits the reason as an event. */
  #cause(thrown: unknown): unknown {
    const code: unknown = thrown instanceof Error ? Reflect.get(thrown, "code") : undefined;
    return code === "NoConnection" && this.#lastError !== undefined ? this.#lastError : thrown;
  }

  #closed(): void {
    this.#isBroken = true;
    this.#selected = undefined;
    this.events.closed();
  }
}

const LOGOUT_MS = 2_000;

function closedBefore(): Error {
  return Object.assign(new Error("The connection has ended"), { code: "NoConnection" });
}
