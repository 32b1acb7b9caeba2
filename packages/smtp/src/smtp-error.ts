import { isMailError, MailError, type MailErrorCode, type ServerReply } from "@mailwright/core";
import { connectionClosed, fromSocketError, type Redactor, SaslError } from "@mailwright/core/internal";
import { parseReply, type SmtpReply } from "./wire/smtp-reply.js";

/** Where an error happened; the same for all that this file makes. */
export interface SmtpErrorContext {
  readonly phase: string;
  readonly host: string;
  readonly port: number;
  readonly connectionId?: string | undefined;
}

/**
 * The error for a reply that refuses. The only place that decides what a reply means for retrying: a 4xx may
 * be repeated, a 5xx not. The connection survives, except for 421 and nonsense.
 */
export function fromRefusal(smtpReply: SmtpReply, context: SmtpErrorContext): MailError {
  const { kind, reply } = smtpReply;
  const { phase, connectionId } = context;
  const shared = { protocol: "smtp", phase, connectionId } as const;
  if (kind !== 4 && kind !== 5) {
    const flaw = kind === 0 ? "makes no sense" : "came out of turn";
    const message = `The server's answer ${flaw} (${phase}): ${oneLine(reply.text)}`;
    return new MailError(message, {
      ...shared,
      code: "protocol",
      server: reply,
      retryable: phase !== "data-end",
      connectionBroken: true,
    });
  }
  const words = [reply.code, reply.enhancedCode, oneLine(reply.text)].filter((word) => word !== undefined);
  const message =
    phase === "starttls"
      ? `${context.host}:${context.port} does not offer STARTTLS, which is required: ${words.join(" ")}`
      : `The server refused${kind === 4 ? " for now" : ""} (${phase}): ${words.join(" ")}`;
  return new MailError(message, {
    ...shared,
    code: codeOf(reply, kind, phase),
    server: reply,
    retryable: kind === 4,
    connectionBroken: reply.code === "421" || isSetup(phase),
  });
}

/**
 * The error for what nodemailer or a socket threw while a connection was made or used. `redactor` masks
 * secrets in what stays as `cause`.
 */
export function fromWire(thrown: unknown, context: SmtpErrorContext, redactor: Redactor): MailError {
  if (isMailError(thrown)) return thrown;
  if (thrown instanceof SaslError) return saslFailed(thrown, context);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const response = "response" in error && typeof error.response === "string" ? error.response : undefined;
  // What came of a reply before the connection ended is kept by nodemailer too, under ECONNECTION and CONN.
  const isCut = property(error, "command") === "CONN" && property(error, "code") === "ECONNECTION";
  if (response !== undefined && !isCut) {
    return fromRefusal(redactReply(parseReply(response), redactor), context);
  }
  const original = property(error, "originalCode");
  const cause = redactor.error(error);
  if (original !== undefined) Object.assign(cause, { code: original });
  if (property(error, "code") === "ECONNECTION" && original === undefined) {
    return connectionClosed({ ...context, protocol: "smtp", retryable: true });
  }
  if (property(error, "code") === "EPROTOCOL") {
    const { phase, connectionId } = context;
    return new MailError(`The server's answer makes no sense (${phase}): ${cause.message}`, {
      code: "protocol",
      protocol: "smtp",
      phase,
      connectionId,
      retryable: true,
      connectionBroken: true,
      cause,
    });
  }
  return fromSocketError(cause, { ...context, protocol: "smtp", retryable: true });
}

/** The error for a connection that has ended; `thrown` is what its socket said, if anything. */
export function fromClosed(thrown: unknown, context: SmtpErrorContext, redactor: Redactor): MailError {
  const details = { ...context, protocol: "smtp", retryable: true } as const;
  return thrown === undefined ? connectionClosed(details) : fromSocketError(redactor.error(thrown), details);
}

/** For a server that announces CHUNKING and does not know BDAT; nothing of the message was kept. */
export function chunkRefused({ connectionId }: SmtpErrorContext): MailError {
  return new MailError("The server announced CHUNKING and refused BDAT", {
    code: "protocol",
    protocol: "smtp",
    phase: "data",
    connectionId,
    retryable: true,
    connectionBroken: true,
  });
}

/** The exchange was given up: whoever is at the other end has not shown to be the server. */
function saslFailed({ message }: SaslError, { phase, connectionId }: SmtpErrorContext): MailError {
  const details = { code: "authentication", protocol: "smtp", phase, connectionId } as const;
  return new MailError(message, { ...details, connectionBroken: true });
}

/** For a message whose final dot was sent; `failure` is why no complete reply came. It may have been taken: not retryable. */
export function unknownOutcome(failure: MailError | undefined, context: SmtpErrorContext): MailError {
  const reason = failure?.message ?? "no complete reply came";
  const { phase, connectionId } = context;
  return new MailError(
    `The message was handed over, but it is not known whether the server took it: ${reason}`,
    {
      code: "unknown-outcome",
      protocol: "smtp",
      phase,
      connectionId,
      connectionBroken: true,
      cause: failure,
    },
  );
}

/** The reply with the client's own secrets masked: a server may echo what it was sent. */
export function redactReply({ kind, reply }: SmtpReply, redactor: Redactor): SmtpReply {
  return { kind, reply: { ...reply, text: redactor.text(reply.text) } };
}

/**
 * Whether a reply says "slow down": 421, a temporary policy refusal (4.7.x), or 4.3.2, which is how Exchange Online
 * answers more than three connections. Greylisting uses the same codes for a single recipient, and no slower sending
 * shortens that.
 */
export function isThrottling(reply: ServerReply | undefined): boolean {
  if (reply === undefined || /gr[ae]y-?list/i.test(reply.text) || isShareDone(reply)) return false;
  const { code, enhancedCode = "" } = reply;
  return code === "421" || enhancedCode === "4.3.2" || enhancedCode.startsWith("4.7.");
}

/** Whether a server says goodbye because the connection has carried as many messages as one may: the next may carry on. */
function isShareDone({ code, text }: ServerReply): boolean {
  const isLimit =
    /too many (?:e?-?mails?|messages|transactions|deliveries)\b|\b(?:messages?|mails|transactions) per (?:session|connection)/i;
  return code === "421" && isLimit.test(text);
}

/** Whether a goodbye says that the server does not want to be asked so much, rather than that the connection is old. */
export function isUnwelcome(reply: ServerReply | undefined): boolean {
  const { enhancedCode = "" } = reply ?? {};
  return isThrottling(reply) && (enhancedCode === "4.3.2" || enhancedCode.startsWith("4.7."));
}

/**
 * A 421 greeting while no connection is open or being opened is no limit to learn, but a host that will not talk
 * now: under this code the pool tells its callers at once instead of letting them wait for a better moment.
 */
export function asHostFailure(error: MailError): MailError {
  return error.code === "throttled" ? recoded(error, "connection") : error;
}

/** Undoes {@link asHostFailure}. */
export function asThrottled(error: MailError): MailError {
  const isMasked = error.code === "connection" && error.server?.code?.startsWith("4") === true;
  return isMasked ? recoded(error, "throttled") : error;
}

/** A server that says nothing in clear may be waiting for TLS: the error says so. */
export function explainSilence(error: MailError, security: "tls" | "starttls" | "none"): MailError {
  if (error.code !== "timeout" || error.phase !== "greeting" || security === "tls") return error;
  const { code, protocol, retryable, connectionBroken, phase, connectionId, message } = error;
  const hint = `${message} (no greeting came: the port may expect TLS at once, which is security "tls")`;
  return new MailError(hint, { code, protocol, retryable, connectionBroken, phase, connectionId });
}

function recoded(error: MailError, code: MailErrorCode): MailError {
  const { message, protocol, retryable, connectionBroken, phase, server, connectionId } = error;
  return new MailError(message, {
    code,
    protocol,
    retryable,
    connectionBroken,
    phase,
    server,
    connectionId,
  });
}

function codeOf(reply: ServerReply, kind: 4 | 5, phase: string): MailErrorCode {
  const detail = reply.enhancedCode?.slice(2);
  if (phase === "starttls") return "tls";
  if (kind === 5 && phase === "auth") return "authentication";
  if (reply.code === "530" || reply.code === "534" || reply.code === "535") return "authentication";
  if (detail === "2.2" || reply.code === "452" || reply.code === "552") return "quota";
  if (kind === 5) return "rejected";
  return reply.code === "450" && !isThrottling(reply) ? "busy" : "throttled";
}

function isSetup(phase: string): boolean {
  return phase === "greeting" || phase === "ehlo" || phase === "starttls" || phase === "auth";
}

function property(error: Error, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(error, name)?.value;
  return typeof value === "string" ? value : undefined;
}

function oneLine(text: string): string {
  return text.replaceAll("\n", " ");
}
