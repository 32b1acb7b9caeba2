import type { ValidationProblem } from "@mailwright/core";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import {
  type MessageLimits,
  type ResolvedMessageLimits,
  resolveMessageLimits,
} from "../message/message-limits.js";
import type { Content, OutgoingMessage } from "../message/outgoing-message.js";
import { RenderedMail } from "../message/rendered-message.js";
import type { MessageAddresses } from "../validate/validate-addresses.js";
import { checkMessage, requireObject } from "../validate/validate-message.js";
import { wireProblems } from "../validate/wire-problems.js";
import { withoutBlindCopies } from "../wire/message-head.js";
import { endLine, toCrlf } from "../wire/to-crlf.js";
import { ContentTooLarge, collectContent } from "./collect-content.js";
import { type CollectedParts, composeMessage } from "./compose-message.js";
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
  const limits = resolveMessageLimits(options.limits);
  const { problems, addresses } = checkMessage(message, limits);
  if (problems.length > 0) throw new InvalidMessageError(problems);
  const date = message.date ?? new Date();
  const newId = message.messageId ?? createMessageId(addresses.envelope.from, options.idempotencyKey);
  const composed = await compose(message, addresses, { messageId: newId, date }, limits, options);
  let bytes = withoutBlindCopies(endLine(composed));
  const messageId = message.raw === undefined ? newId : (findMessageId(bytes) ?? newId);
  if (message.raw !== undefined && findMessageId(bytes) === undefined) {
    // What begins with no field is all body, and must not become one.
    const separator =
      bytes.length === 0 || STARTS_WITH_HEADER.test(bytes.toString("latin1", 0, 100)) ? "" : "\r\n";
    bytes = Buffer.concat([Buffer.from(`Message-ID: ${newId}\r\n${separator}`), bytes]);
  }
  const unfit = wireProblems(bytes, message.raw === undefined ? "message" : "raw");
  if (unfit.length > 0) throw new InvalidMessageError(unfit);
  if (message.dkim !== undefined) bytes = await signMessage(bytes, message.dkim);
  if (bytes.length > limits.maxMessageBytes) throw tooLarge("message", limits.maxMessageBytes);
  return new RenderedMail({
    messageId,
    date,
    bytes,
    from: addresses.envelope.from,
    recipients: addresses.envelope.to,
    ...needsOf(bytes, addresses),
    requireTls: message.requireTls ?? false,
    dsn: message.dsn,
  });
}

/** Tells a message that was rendered from one that has to be. */
export function isRendered(message: OutgoingMessage | RenderedMessage): message is RenderedMessage {
  return "bytes" in message && "recipients" in message;
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
      const raw = await collectContent(message.raw, { path: "raw", maxBytes: maxMessageBytes, ...source });
      // A copy: what goes out has to be what was checked, whatever happens to the caller's bytes meanwhile.
      return toCrlf(Buffer.from(raw));
    }
    return await composeMessage(message, addresses, await collectParts(message, limits, source), identity);
  } catch (error) {
    if (error instanceof ContentTooLarge) throw tooLarge(error.path, error.maxBytes);
    throw error;
  }
}

async function collectParts(
  message: OutgoingMessage,
  limits: ResolvedMessageLimits,
  source: { readonly signal: AbortSignal | undefined; readonly sourceMs: number },
): Promise<CollectedParts> {
  const text = async (path: string, content: Content | undefined): Promise<string | undefined> => {
    if (content === undefined || typeof content === "string") return content;
    return (await collectContent(content, { path, maxBytes: limits.maxTextBytes, ...source })).toString(
      "utf8",
    );
  };
  const alternatives: Buffer[] = [];
  for (const [index, { content, encoding }] of (message.alternatives ?? []).entries()) {
    const path = `alternatives[${index}].content`;
    alternatives.push(
      await collectContent(content, { path, encoding, maxBytes: limits.maxTextBytes, ...source }),
    );
  }
  const attachments: Buffer[] = [];
  let leftBytes = limits.maxAttachmentsBytes;
  for (const [index, { content, encoding }] of (message.attachments ?? []).entries()) {
    const path = `attachments[${index}].content`;
    const maxBytes = Math.min(limits.maxAttachmentBytes, leftBytes);
    const bytes = await collectContent(content, { path, encoding, maxBytes, ...source });
    leftBytes -= bytes.length;
    attachments.push(bytes);
  }
  return {
    text: await text("text", message.text),
    html: await text("html", message.html),
    alternatives,
    attachments,
  };
}

function tooLarge(path: string, maxBytes: number): InvalidMessageError {
  const problem: ValidationProblem = {
    path,
    code: "too-large",
    message: `${path} has more than ${maxBytes} bytes`,
  };
  return new InvalidMessageError([problem]);
}
