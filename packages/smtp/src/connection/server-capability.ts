import { MailError } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import type { SmtpErrorContext } from "../smtp-error.js";

/** What a server has shown of itself before any message. */
export interface ServerFeatures {
  /** Lines of the EHLO reply. */
  readonly capabilities: readonly string[];
  /** Their names, in upper case. */
  readonly extensions: ReadonlySet<string>;
  /** The most bytes that it takes, as it says. */
  readonly sizeLimit: number;
  /** Absent when the connection is not encrypted. */
  readonly tls?: object | undefined;
}

/**
 * The error when a message needs an extension that the server lacks: it would be free to misread or to damage it.
 */
export function missingExtension(
  message: RenderedMessage,
  server: ServerFeatures,
  context: SmtpErrorContext,
): MailError | undefined {
  if (message.needsUtf8 && !server.extensions.has("SMTPUTF8")) {
    const reason = "an address before its @ or a header field is not ASCII, and the server has no SMTPUTF8";
    return unsupported(reason, context);
  }
  if (message.is8Bit && !server.extensions.has("8BITMIME")) {
    return unsupported("it is not all ASCII, and the server has no 8BITMIME", context);
  }
  if (!message.requireTls) return undefined;
  if (server.tls === undefined) return unsupported("requireTls needs a connection with TLS", context);
  return server.extensions.has("REQUIRETLS")
    ? undefined
    : unsupported("the server does not promise TLS on the way (REQUIRETLS)", context);
}

/** The error when the server's SIZE says that it will not take so large a message. */
export function bodyTooLarge(
  message: RenderedMessage,
  server: ServerFeatures,
  context: SmtpErrorContext,
): MailError | undefined {
  const limit = server.sizeLimit;
  if (message.bytes.length <= limit) return undefined;
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
