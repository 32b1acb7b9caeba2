import { isMailError, MailError, type MailErrorCode, type ServerReply } from "@mailwright/core";
import { SaslError } from "@mailwright/core/internal";
import { ListingError } from "./wire/parse-listing.js";
import { ReplySyntaxError } from "./wire/reply-reader.js";
import type { StatusLine } from "./wire/status-line.js";

/** Where an error happened, and how to show a server's words. */
export interface Pop3ErrorContext {
  readonly phase: string;
  readonly connectionId: string;
  /** Masks secrets that the server may have echoed. */
  readonly redact: (text: string) => string;
  /** What the server announced as `LOGIN-DELAY`. */
  readonly loginDelaySeconds?: number | undefined;
}

interface Meaning {
  readonly code: MailErrorCode;
  readonly retryable: boolean;
}

const BUSY: Meaning = { code: "busy", retryable: true };
const THROTTLED: Meaning = { code: "throttled", retryable: true };

/** RFC 2449 §8.1, RFC 3206. A system in trouble for a while (`SYS/TEMP`) has not said that it wants fewer of us. */
const RESPONSE_CODES: Readonly<Record<string, Meaning>> = {
  "IN-USE": BUSY,
  "LOGIN-DELAY": THROTTLED,
  "SYS/TEMP": BUSY,
  "SYS/PERM": { code: "rejected", retryable: false },
  AUTH: { code: "authentication", retryable: false },
};

const LOCKED = /\block|\bin use\b|already (?:open|being accessed)/i;
const TOO_MANY = /too (?:many|frequent|often)|(?:maximum|limit)\b.*\b(?:connections|sessions|logins)/i;
const TRY_LATER = /try(?:ing)? again|later|temporar|too busy|overload/i;
const NO_SUCH_MESSAGE =
  /no (?:such )?message|not exist|(?:invalid|unknown|bad) message|out of range|(?:is|was|been|already) (?:marked )?(?:as )?deleted/i;
const NO_SUCH_COMMAND =
  /(?:unknown|unrecogni[sz]ed|invalid|bad|unsupported) command|not (?:supported|implemented)|unimplemented/i;
const LISTING_PHASES = new Set(["stat", "list", "uidl"]);
const MESSAGE_PHASES = new Set(["retr", "top", "dele", "list", "uidl"]);

/** The one place that decides what a `-ERR` means. */
export function fromRefusal(status: StatusLine, context: Pop3ErrorContext): MailError {
  const server = toServerReply(status, context);
  const { code, retryable } = meaningOf(status, context.phase);
  const delay = status.code === "LOGIN-DELAY" ? context.loginDelaySeconds : undefined;
  const words = server.text.trim() === "" ? " without saying why" : `: ${server.text}`;
  return new MailError(`The server refused ${context.phase}${words}`, {
    code,
    protocol: "pop3",
    retryable,
    phase: context.phase,
    connectionId: context.connectionId,
    server,
    retryAfterMs: delay === undefined ? undefined : delay * 1000,
  });
}

/** For answers that make no sense; the connection cannot be used after them. */
export function protocolError(
  message: string,
  context: Pop3ErrorContext,
  code: MailErrorCode = "protocol",
): MailError {
  const { phase, connectionId } = context;
  const details = { code, protocol: "pop3", phase, connectionId, connectionBroken: true } as const;
  return new MailError(context.redact(message), details);
}

/** Whether the connection was given up because of what came on it: bytes that are no replies, or too many of them. */
export function isUnreadable({ code, connectionBroken }: MailError): boolean {
  return connectionBroken && (code === "protocol" || code === "limit");
}

/** For an answer that did not come, or not to its end; what it would have said is not known. */
export function replyTimeout(limitMs: number, { phase, connectionId }: Pop3ErrorContext): MailError {
  return new MailError(`No complete answer within ${limitMs} ms (${phase})`, {
    code: "timeout",
    protocol: "pop3",
    phase,
    connectionId,
    connectionBroken: true,
    retryable: phase !== "quit",
  });
}

/** For a message that is not even asked for; the connection stays as it is. */
export function tooLarge(context: Pop3ErrorContext, number: number, maxBytes: number): MailError {
  const { phase, connectionId } = context;
  const message = `Message ${number} is larger than limits.maxMessageBytes (${maxBytes}); messageStream() has no such limit`;
  return new MailError(message, { code: "limit", protocol: "pop3", phase, connectionId });
}

/** Gives what the pure wire code throws its place among the errors. */
export function fromWire(thrown: unknown, context: Pop3ErrorContext): MailError {
  if (isMailError(thrown)) return thrown;
  if (thrown instanceof ReplySyntaxError) return fromSyntaxError(thrown, context);
  if (thrown instanceof ListingError)
    return protocolError(`${thrown.message}, which makes no sense`, context);
  if (thrown instanceof SaslError) return protocolError(thrown.message, context, "authentication");
  const { phase, connectionId } = context;
  const details = {
    code: "protocol",
    protocol: "pop3",
    phase,
    connectionId,
    connectionBroken: true,
  } as const;
  return new MailError("The answer could not be handled", { ...details, cause: thrown });
}

function fromSyntaxError(error: ReplySyntaxError, context: Pop3ErrorContext): MailError {
  if (error.kind === "limit") return protocolError(error.message, context, "limit");
  const text = context.redact(error.line.toString("latin1").trimEnd());
  if (error.kind === "syntax") return protocolError(`${error.message}: ${JSON.stringify(text)}`, context);
  if (!text.startsWith("-ERR") || context.phase === "starttls") {
    return protocolError(`${error.message}: ${JSON.stringify(text)}`, context);
  }
  const { phase, connectionId } = context;
  return new MailError(`The server ended the session: ${text}`, {
    code: "connection",
    protocol: "pop3",
    phase,
    connectionId,
    connectionBroken: true,
    retryable: phase !== "quit",
    server: { text: text.slice("-ERR".length).trimStart() },
  });
}

function toServerReply(status: StatusLine, { redact }: Pop3ErrorContext): ServerReply {
  const text = redact(status.text);
  return status.code === undefined ? { text } : { code: status.code, text };
}

function meaningOf({ code, text }: StatusLine, phase: string): Meaning {
  const isOpening = phase === "auth" || phase === "greeting";
  // QUIRK: servers that know no better code say SYS/TEMP, or nothing but words, to one connection too many.
  const isTooMany = isOpening && (code === undefined || code === "SYS/TEMP") && TOO_MANY.test(text);
  if (isTooMany) return THROTTLED;
  const known = RESPONSE_CODES[code ?? ""];
  if (known !== undefined) return known;
  if (phase === "starttls") return { code: "tls", retryable: false };
  if (phase === "auth") {
    // QUIRK: servers without RESP-CODES say it in words only: "-ERR maildrop already locked" (RFC 1939 §4).
    if (LOCKED.test(text) || TRY_LATER.test(text)) return BUSY;
    return { code: "authentication", retryable: false };
  }
  if (phase === "greeting" && TRY_LATER.test(text)) return BUSY;
  if (NO_SUCH_COMMAND.test(text)) return { code: "unsupported", retryable: false };
  if (MESSAGE_PHASES.has(phase) && NO_SUCH_MESSAGE.test(text)) return { code: "not-found", retryable: false };
  if (LISTING_PHASES.has(phase) && TRY_LATER.test(text)) return BUSY;
  return { code: "rejected", retryable: false };
}
