import { MailError } from "@mailwright/core";
import { type ParseLimits, resolveParseLimits } from "./message/parse-limits.js";
import type { ParsedMessage } from "./message/parsed-message.js";
import { openMessage } from "./open/open-message.js";

/** How {@link parseMessage} works. */
export interface ParseOptions {
  readonly limits?: Partial<ParseLimits> | undefined;
}

/**
 * Reads a message that is in memory: synchronous, and only its structure is looked at; headers, texts and attachments
 * are decoded when they are first asked for. The bytes are not copied and must not change afterwards. A string is
 * taken as text and encoded as UTF-8. Whatever the message, it does not throw: see {@link ParsedMessage.defects}.
 *
 * Throws a `MailError` with the code `invalid-argument` when `source` is neither bytes nor a string, or a limit is no
 * number from 0 up.
 */
export function parseMessage(source: Uint8Array | string, options: ParseOptions = {}): ParsedMessage {
  return openMessage(toBuffer(source), resolveParseLimits(options.limits), 0);
}

function toBuffer(source: unknown): Buffer {
  if (typeof source === "string") return Buffer.from(source, "utf8");
  if (Buffer.isBuffer(source)) return source;
  if (source instanceof Uint8Array) return Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  throw new MailError("A message is parsed from a Uint8Array or a string", {
    code: "invalid-argument",
    protocol: "mime",
  });
}
