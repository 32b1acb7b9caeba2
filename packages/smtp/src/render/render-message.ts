import type { ValidationProblem } from "@mailwright/core";
import { toCrlfBytes } from "@mailwright/mime";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import {
  type MessageLimits,
  type ResolvedMessageLimits,
  resolveMessageLimits,
} from "../message/message-limits.js";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import { RenderedMail } from "../message/rendered-message.js";
import type { MessageAddresses } from "../validate/validate-addresses.js";
import { checkMessage, requireObject } from "../validate/validate-message.js";
import { wireProblems } from "../validate/wire-problems.js";
import { endLine } from "../wire/end-line.js";
import { withoutBlindCopies } from "../wire/message-head.js";
import { ContentTooLarge, collectContent } from "./collect-content.js";
import { collectParts, partsAtHand } from "./collect-parts.js";
import { composeMessage } from "./compose-message.js";
import { createMessageId, findMessageId } from "./message-id.js";
import { needsOf } from "./recheck-rendered.js";
import type { RenderedMessage } from "./restore-rendered.js";
import { signMessage } from "./sign-message.js";

/** A header field, or the empty line after none. */
const STARTS_WITH_HEADER = /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*:|\r\n)/;

/** What rendering takes beside the message. */
export interface RenderOptions {
  readonly limits?: MessageLimits | undefined;
  /** Makes the Message-ID the same for the same key. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the source of a content may give nothing. @defaultValue Infinity */
  readonly sourceMs?: number | undefined;
}

/**
 * The message as `send` would put it on the wire: to store in the Sent folder, or to send later.
 * Bcc recipients are in `recipients` only, also those that `raw` names: a copy for the sender's own eyes that
 * shows them takes a `Bcc` field put before `bytes`, which `send` takes off again. Rejects with
 * {@link InvalidMessageError} (all problems), or with `"invalid-argument"` when the source of a content fails.
 */
export async function renderMessage(
  message: OutgoingMessage,
  options: RenderOptions = {},
): Promise<RenderedMessage> {
  requireObject(message);
  const { limits, ...rest } = options;
  const { from, dkim } = message;
  return renderWithin(resolveMessageLimits(limits), message, { ...rest, from, dkim });
}

/** What rendering takes of a client. */
export interface ClientRenderOptions extends Omit<RenderOptions, "limits"> {
  /** In place of the message's own. */
  readonly from: OutgoingMessage["from"];
  readonly dkim: OutgoingMessage["dkim"];
}

/** The same within limits that are known already. */
export async function renderWithin(
  limits: ResolvedMessageLimits,
  message: OutgoingMessage,
  options: ClientRenderOptions,
): Promise<RenderedMessage> {
  const { problems, addresses } = checkMessage(message, limits, options.from);
  if (problems.length > 0) throw new InvalidMessageError(problems);
  // Read before anything is waited for, since the caller's object may change then.
  const { raw, date = new Date(), requireTls = false, dsn } = message;
  const newId = message.messageId ?? createMessageId(addresses.envelope.from, options.idempotencyKey);
  const composed = await compose(message, addresses, { messageId: newId, date }, limits, options);
  const { bytes: unsigned, messageId } =
    raw === undefined
      ? { bytes: endLine(composed), messageId: newId }
      : identified(withoutBlindCopies(endLine(composed)), newId);
  const unfit = wireProblems(unsigned, raw === undefined ? "message" : "raw");
  if (unfit.length > 0) throw new InvalidMessageError(unfit);
  const bytes = options.dkim === undefined ? unsigned : await signMessage(unsigned, options.dkim);
  if (bytes.length > limits.maxMessageBytes) throw tooLarge("message", limits.maxMessageBytes);
  const { is8Bit, needsUtf8 } = needsOf(bytes, addresses);
  return new RenderedMail({
    messageId,
    date,
    bytes,
    from: addresses.envelope.from,
    recipients: addresses.envelope.to,
    is8Bit,
    needsUtf8,
    requireTls,
    dsn,
  });
}

/** Tells a message that was rendered from one that has to be. */
export function isRendered(message: OutgoingMessage | RenderedMessage): message is RenderedMessage {
  return "bytes" in message && "recipients" in message;
}

/** A finished message with the id that it has, or with a new one. */
function identified(bytes: Buffer, newId: string): { readonly bytes: Buffer; readonly messageId: string } {
  const messageId = findMessageId(bytes);
  if (messageId !== undefined) return { bytes, messageId };
  // What begins with no field is all body, and must not become one.
  const isHeaded = bytes.length === 0 || STARTS_WITH_HEADER.test(bytes.toString("latin1", 0, 100));
  const field = Buffer.from(`Message-ID: ${newId}\r\n${isHeaded ? "" : "\r\n"}`);
  return { bytes: Buffer.concat([field, bytes]), messageId: newId };
}

async function compose(
  message: OutgoingMessage,
  addresses: MessageAddresses,
  identity: { readonly messageId: string; readonly date: Date },
  limits: ResolvedMessageLimits,
  { signal, sourceMs = Number.POSITIVE_INFINITY }: RenderOptions,
): Promise<Buffer> {
  const source = { signal, sourceMs };
  try {
    if (message.raw !== undefined) {
      const { maxMessageBytes } = limits;
      // A copy: what goes out has to be what was checked, whatever happens to the caller's bytes meanwhile.
      return toCrlfBytes(
        await collectContent(message.raw, { path: "raw", maxBytes: maxMessageBytes, ...source }),
      );
    }
    const atHand = partsAtHand(message);
    if (atHand !== undefined) return composeMessage(message, addresses, atHand, identity);
    // A copy: what is composed has to be what was checked, whatever happens to the caller's object meanwhile.
    const own = { ...message };
    return composeMessage(own, addresses, await collectParts(own, limits, source), identity);
  } catch (error) {
    if (error instanceof ContentTooLarge) throw tooLarge(error.path, error.maxBytes);
    // What cannot be written; validation should have found it.
    if (error instanceof RangeError)
      throw new InvalidMessageError([{ path: "message", code: "content", message: error.message }]);
    throw error;
  }
}

function tooLarge(path: string, maxBytes: number): InvalidMessageError {
  const problem: ValidationProblem = {
    path,
    code: "too-large",
    message: `${path} has more than ${maxBytes} bytes`,
  };
  return new InvalidMessageError([problem]);
}
