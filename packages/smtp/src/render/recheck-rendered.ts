import { isAscii } from "node:buffer";
import { toCrlfBytes } from "@mailwright/mime";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import type { ResolvedMessageLimits } from "../message/message-limits.js";
import type { RenderedMessage } from "../message/rendered-message.js";
import type { MessageAddresses } from "../validate/validate-addresses.js";
import { checkMessage } from "../validate/validate-message.js";
import { endLine } from "../wire/end-line.js";
import { headEnd, withoutBlindCopies } from "../wire/message-head.js";

/**
 * Checks once more that a message which was rendered before names proper addresses and may go on the wire as it
 * is, since it may have been stored, changed or made up meanwhile.
 */
export function recheckRendered(message: RenderedMessage, limits: ResolvedMessageLimits): RenderedMessage {
  const { from, recipients, messageId, dsn } = message;
  // A copy: what goes out has to be what was checked, whatever happens to the caller's bytes meanwhile. And a Buffer,
  // also where a clone, a worker or a database has made a plain Uint8Array of it, in which no text can be searched.
  const own = Buffer.from(bytesOf(message));
  const envelope = { from, to: recipients };
  const { problems, addresses } = checkMessage({ raw: own, envelope, messageId, dsn }, limits);
  if (problems.length > 0) throw new InvalidMessageError(problems);
  const bytes = withoutBlindCopies(endLine(toCrlfBytes(own)));
  return { ...message, bytes, recipients: addresses.envelope.to, ...needsOf(bytes, addresses) };
}

function bytesOf({ bytes }: RenderedMessage): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const problem = { path: "bytes", code: "content", message: "bytes of a rendered message are no bytes" };
  throw new InvalidMessageError([problem]);
}

/** Which extensions of the server the message cannot do without. */
export function needsOf(
  bytes: Buffer,
  addresses: MessageAddresses,
): Pick<RenderedMessage, "is8Bit" | "needsUtf8"> {
  const is8Bit = !isAscii(bytes);
  const isHead8Bit = is8Bit && !isAscii(bytes.subarray(0, headEnd(bytes)));
  return { is8Bit, needsUtf8: addresses.needsUtf8 || isHead8Bit };
}
