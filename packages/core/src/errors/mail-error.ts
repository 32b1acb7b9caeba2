/** How many causes of causes `toJSON` shows. */
const MAX_CAUSES = 8;
const BRAND = Symbol.for("@mailwright/core/MailError");

/**
 * What went wrong, as a closed set to `switch` over.
 *
 * - `aborted`: the caller's signal fired
 * - `timeout`: a deadline of ours passed; `phase` says in what
 * - `dns`, `connection`, `tls`: the server could not be reached, or not safely
 * - `authentication`: the server refused the credentials
 * - `forbidden`: the caller's own host policy, or a security default of ours, refused to go on
 * - `rejected`: the server understood and refused for good
 * - `throttled`: too many connections, too many requests, try later
 * - `busy`: the mailbox is in use by another session, or the server cannot serve it for the moment
 * - `not-found`, `already-exists`, `permission`, `quota`: the refusal, where the server says which
 * - `conflict`: the state changed in between (`UNCHANGEDSINCE`, UIDVALIDITY)
 * - `unsupported`: the server has no such capability
 * - `protocol`: the server's answer makes no sense
 * - `limit`: a limit set by the caller or by default was reached
 * - `unknown-outcome`: the command was written and no answer came; it may have taken effect
 * - `closed`: the client or pool was closed
 * - `invalid-argument`: a mistake in the call; nothing was sent
 */
export type MailErrorCode =
  | "aborted"
  | "timeout"
  | "dns"
  | "connection"
  | "tls"
  | "authentication"
  | "forbidden"
  | "rejected"
  | "throttled"
  | "busy"
  | "not-found"
  | "already-exists"
  | "permission"
  | "quota"
  | "conflict"
  | "unsupported"
  | "protocol"
  | "limit"
  | "unknown-outcome"
  | "closed"
  | "invalid-argument";

/** The package that an error comes from. */
export type MailProtocol = "imap" | "smtp" | "pop3" | "mime" | "core";

/** A server's own words, with secrets masked. */
export interface ServerReply {
  /** SMTP reply code (`"550"`), IMAP or POP3 response code (`"OVERQUOTA"`, `"IN-USE"`). */
  readonly code?: string | undefined;
  /** Enhanced status code, RFC 3463 (`"5.1.1"`). */
  readonly enhancedCode?: string | undefined;
  readonly text: string;
}

/** Everything about a {@link MailError} but its message. */
export interface MailErrorDetails {
  readonly code: MailErrorCode;
  readonly protocol: MailProtocol;
  /** @defaultValue false */
  readonly retryable?: boolean | undefined;
  /** @defaultValue false */
  readonly connectionBroken?: boolean | undefined;
  readonly phase?: string | undefined;
  readonly server?: ServerReply | undefined;
  readonly connectionId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Must hold no secret: pass what a wrapped library threw through `Redactor.error`. */
  readonly cause?: unknown;
}

/** The one error class of all Mailwright packages. Never holds a secret. */
export class MailError extends Error {
  override readonly name: string = "MailError";
  readonly code: MailErrorCode;
  readonly protocol: MailProtocol;
  /** Repeating the same call later is harmless and may work. */
  readonly retryable: boolean;
  /** The pool must not keep the connection that this happened on. */
  readonly connectionBroken: boolean;
  /** Where it happened: `"connect"`, `"greeting"`, `"starttls"`, `"auth"`, `"select"`, `"rcpt"`, `"data-end"`, … */
  declare readonly phase?: string;
  declare readonly server?: ServerReply;
  /** Such as `"imap.example.com:user@example.com#3"`. */
  declare readonly connectionId?: string;
  /** How long the server asked to wait before the next try. */
  declare readonly retryAfterMs?: number;

  constructor(message: string, details: MailErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.protocol = details.protocol;
    this.retryable = details.retryable ?? false;
    this.connectionBroken = details.connectionBroken ?? false;
    if (details.phase !== undefined) this.phase = details.phase;
    if (details.server !== undefined) this.server = details.server;
    if (details.connectionId !== undefined) this.connectionId = details.connectionId;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }

  static {
    Object.defineProperty(MailError.prototype, BRAND, { value: true });
  }

  /** Plain data for logs and queues; the stack is left out. */
  toJSON(): Record<string, unknown> {
    return toJson(this, 0);
  }
}

/** Recognises a {@link MailError}, also one of another copy of this package. */
export function isMailError(value: unknown): value is MailError {
  return typeof value === "object" && value !== null && BRAND in value;
}

function toJson(error: MailError, depth: number): Record<string, unknown> {
  const { name, message, code, protocol, phase, retryable, connectionBroken } = error;
  const { server, connectionId, retryAfterMs, cause } = error;
  const shown = { name, message, code, protocol, phase, retryable, connectionBroken };
  return { ...shown, server, connectionId, retryAfterMs, cause: causeToJson(cause, depth + 1) };
}

function causeToJson(cause: unknown, depth: number): unknown {
  if (depth > MAX_CAUSES) return undefined;
  if (isMailError(cause)) return toJson(cause, depth);
  if (!(cause instanceof Error)) return undefined;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  return { name: cause.name, message: cause.message, code, cause: causeToJson(cause.cause, depth + 1) };
}
