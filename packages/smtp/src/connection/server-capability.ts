import { MailError } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import type { SmtpErrorContext } from "../smtp-error.js";

/** What a server has shown of itself before any message. */
export interface ServerFeatures {
  /** Lines of the EHLO reply. */
  readonly capabilities: readonly string[];
  /** Absent when the connection is not encrypted. */
  readonly tls?: object | undefined;
}

/** Whether the EHLO reply names an extension. */
export function hasCapability(capabilities: readonly string[], name: string): boolean {
  return capabilities.some((line) => line.toUpperCase().split(/[ =]/, 1)[0] === name);
}

/**
 * The SASL mechanisms of the EHLO reply.
 * QUIRK: servers older than RFC 2554 write `AUTH=LOGIN`, and old Exchange `X-EXPS LOGIN` or `X-EXPS=LOGIN`.
 */
export function authMechanisms(capabilities: readonly string[]): string[] {
  const found = new Set<string>();
  for (const line of capabilities) {
    const [, list] = /^(?:AUTH|X-EXPS)[ =](.*)$/i.exec(line) ?? [];
    for (const mechanism of list?.split(/[ =]+/) ?? [])
      if (mechanism !== "") found.add(mechanism.toUpperCase());
  }
  return [...found];
}

/**
 * The error when a message needs an extension that the server lacks. nodemailer would send it all the same,
 * which the server is free to misread or to damage.
 */
export function missingExtension(
  message: RenderedMessage,
  server: ServerFeatures,
  context: SmtpErrorContext,
): MailError | undefined {
  if (message.needsUtf8 && !hasCapability(server.capabilities, "SMTPUTF8")) {
    const reason = "an address before its @ or a header field is not ASCII, and the server has no SMTPUTF8";
    return unsupported(reason, context);
  }
  if (message.is8Bit && !hasCapability(server.capabilities, "8BITMIME")) {
    return unsupported("it is not all ASCII, and the server has no 8BITMIME", context);
  }
  if (!message.requireTls) return undefined;
  if (server.tls === undefined) return unsupported("requireTls needs a connection with TLS", context);
  return hasCapability(server.capabilities, "REQUIRETLS")
    ? undefined
    : unsupported("the server does not promise TLS on the way (REQUIRETLS)", context);
}

/** The error when the server's SIZE says that it will not take so large a message. */
export function bodyTooLarge(
  message: RenderedMessage,
  server: ServerFeatures,
  context: SmtpErrorContext,
): MailError | undefined {
  const line = server.capabilities.find((candidate) => /^SIZE \d+$/i.test(candidate));
  const limit = Number(line?.slice(5) ?? 0);
  if (limit === 0 || message.bytes.length <= limit) return undefined;
  const text = `The message has ${message.bytes.length} bytes, and the server takes ${limit} at most`;
  return new MailError(text, { ...details(context), code: "limit" });
}

function unsupported(reason: string, context: SmtpErrorContext): MailError {
  return new MailError(`The message cannot go this way: ${reason}`, {
    ...details(context),
    code: "unsupported",
  });
}

function details(context: SmtpErrorContext): {
  protocol: "smtp";
  phase: string;
  connectionId: string | undefined;
} {
  return { protocol: "smtp", phase: context.phase, connectionId: context.connectionId };
}
