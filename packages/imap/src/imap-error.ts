import { isMailError, MailError } from "@mailwright/core";
import { connectionClosed, fromSocketError } from "@mailwright/core/internal";
import {
  loginRefusalMeaning,
  refusalMeaning,
  saysNotConnected,
  saysTooMany,
} from "./wire/answers/refusal-meaning.js";
import type { SessionRedactor } from "./wire/session-redactor.js";
import { responseCode, responseText, type WireResponse } from "./wire/wire-node.js";

/** Where and during what an error happened. */
export interface ImapErrorContext {
  readonly host: string;
  readonly port: number;
  readonly connectionId: string;
  readonly redactor: SessionRedactor;
  readonly phase: string;
  /** Repeating the command is harmless. */
  readonly isIdempotent: boolean;
  /** The command's first bytes were written. */
  readonly isSent: boolean;
  /** What the server said in its BYE. */
  readonly byeText?: string | undefined;
}

/** Codes of ImapFlow for what the server sent. */
const LIMITS = new Set(["LiteralTooLarge", "LineTooLarge", "ResponseTooLarge"]);
const NONSENSE = /^(InvalidResponse|UnexpectedTag|ResponseProcessingFailed|ParserError|MAX_|Z_|ERR_)/;
const BAD_ARGUMENT = /^Invalid(String|Sequence|Text|Atom|Number)/;
const TIMEOUTS = new Set(["CONNECT_TIMEOUT", "GREETING_TIMEOUT", "UPGRADE_TIMEOUT", "ETIMEOUT"]);
const CLOSED = /^(NoConnection|EConnectionClosed|ClosedAfterConnect|StateLogout)/;

/** Turns whatever ImapFlow threw into a `MailError`; decides what may be repeated and which connections are lost. */
export function fromWire(thrown: unknown, context: ImapErrorContext): MailError {
  if (isMailError(thrown)) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.name === "AbortError" || isRefusal(error)) return refused(error, context);
  const code = codeOf(error);
  const { phase, connectionId, host, port, redactor } = context;
  const cause = redactor.error(error);
  const broken = { protocol: "imap", phase, connectionId, connectionBroken: true, cause } as const;
  if (BAD_ARGUMENT.test(code)) {
    const message = `An argument of ${phase} holds characters that IMAP cannot carry`;
    return new MailError(message, { ...broken, code: "invalid-argument", connectionBroken: false });
  }
  if (code === "STARTTLS_INJECTION" || (Reflect.get(error, "tlsFailed") === true && code === "")) {
    const message = redactor.text(error.message);
    return new MailError(message, { ...broken, code: "tls" });
  }
  if (LIMITS.has(code)) {
    return new MailError(`The server sent more than the limits allow: ${error.message}`, {
      ...broken,
      code: "limit",
    });
  }
  if (NONSENSE.test(code) && !code.startsWith("ERR_")) {
    return lost(
      context,
      new MailError(`The server's answer makes no sense (${phase})`, { ...broken, code: "protocol" }),
    );
  }
  if (TIMEOUTS.has(code)) {
    const retryable = mayRepeat(context);
    const message = `${host}:${port} did not answer in time (${phase})`;
    return lost(context, new MailError(message, { ...broken, code: "timeout", retryable }));
  }
  const where = {
    protocol: "imap",
    phase,
    host,
    port,
    connectionId,
    retryable: mayRepeat(context),
  } as const;
  if (CLOSED.test(code)) return lost(context, byeError(context) ?? connectionClosed(where));
  return lost(context, fromSocketError(cause, where));
}

/** The error for a NO, BAD or BYE: the server's own words, and what they mean for the caller. */
export function fromRefusal(
  response: WireResponse | undefined,
  context: ImapErrorContext,
  fallbackText = "",
): MailError {
  const { redactor, phase, connectionId } = context;
  const name = responseCode(response)?.name;
  const text = redactor.text(responseText(response) || fallbackText);
  const meaning = phase === "auth" ? loginRefusalMeaning : refusalMeaning;
  const [code, isPassing] = meaning({ name, text, status: response?.command });
  const details = { code, protocol: "imap", phase, connectionId, server: { code: name, text } } as const;
  const isBye = response?.command?.toUpperCase() === "BYE";
  return new MailError(`The server refused ${phase}: ${text === "" ? (name ?? "no reason given") : text}`, {
    ...details,
    retryable: isPassing && (context.isIdempotent || code === "throttled" || code === "busy"),
    connectionBroken: isBye || phase === "auth" || saysNotConnected(text),
  });
}

const TAGGED = /^\S+ (?:NO|BAD) (?:\[[^\]]*\] ?)?/;

function refused(error: Error, context: ImapErrorContext): MailError {
  const response: unknown = Reflect.get(error, "response");
  const isResponse = typeof response === "object" && response !== null;
  // ImapFlow replaces the response of a failed login by its text and keeps the code beside it.
  const code: unknown = Reflect.get(error, "serverResponseCode");
  const status: unknown = Reflect.get(error, "responseStatus");
  const text = (typeof response === "string" ? response : error.message).replace(TAGGED, "");
  const section = typeof code === "string" ? [{ type: "ATOM", value: code }] : undefined;
  const rebuilt: WireResponse = {
    command: typeof status === "string" ? status : "NO",
    attributes: section === undefined ? [] : [{ type: "ATOM", value: "", section }],
  };
  // ImapFlow's own words ("Command failed") are not the server's.
  const refusal = isResponse ? fromRefusal(response, context) : fromRefusal(rebuilt, context, text);
  const wait: unknown = Reflect.get(error, "throttleReset");
  if (typeof wait !== "number") return refusal;
  const details = { ...refusal, code: "throttled", retryable: true, retryAfterMs: wait } as const;
  return new MailError(refusal.message, details);
}

/** A command that may have taken effect must not be repeated, and must not look as if it failed. */
function lost(context: ImapErrorContext, error: MailError): MailError {
  const isUnknown = context.isSent && !context.isIdempotent;
  if (!isUnknown) return error;
  return new MailError(
    `The connection was lost before ${context.phase} was answered: it may have taken effect`,
    {
      code: "unknown-outcome",
      protocol: "imap",
      phase: context.phase,
      connectionId: context.connectionId,
      connectionBroken: true,
      cause: error,
    },
  );
}

/** The same for a deadline or an abort that came while the answer was due. */
export function interruptedError(error: MailError, context: ImapErrorContext): MailError {
  return lost(context, error);
}

function byeError(context: ImapErrorContext): MailError | undefined {
  const { byeText, redactor, phase, connectionId, host } = context;
  if (byeText === undefined) return undefined;
  const text = redactor.text(byeText);
  const isThrottled = saysTooMany(text);
  return new MailError(`${host} ended the connection (${phase}): ${text}`, {
    code: isThrottled ? "throttled" : "connection",
    protocol: "imap",
    phase,
    connectionId,
    server: { text },
    retryable: mayRepeat(context),
    connectionBroken: true,
  });
}

/** What was never written can be, whatever it does. */
function mayRepeat({ isIdempotent, isSent }: ImapErrorContext): boolean {
  return isIdempotent || !isSent;
}

function isRefusal(error: Error): boolean {
  const status: unknown = Reflect.get(error, "responseStatus");
  return status === "NO" || status === "BAD" || Reflect.get(error, "authenticationFailed") === true;
}

function codeOf(error: Error): string {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : "";
}
