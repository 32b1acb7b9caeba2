import { writeFields } from "./message-fields.js";
import { MessagePieces } from "./message-pieces.js";
import type { MimeMessage } from "./mime-message.js";
import { nestParts } from "./nest-parts.js";

/** What makes the boundary between parts one that none of them contains. */
export interface WriteOptions {
  /**
   * Asked for something that nobody can guess, made of letters and digits, at most 60 of them; not asked for a message of
   * one part. The same answer makes the same bytes.
   */
  readonly uniqueText: () => string;
}

/**
 * A complete message (RFC 5322, RFC 2045) with CRLF line ends, to be sent or stored. Text is encoded as far as it has to be,
 * files in base64; a message that is attached stays as it is. Nothing in it can add a field, a part or a recipient: what
 * cannot be written safely is a `RangeError`.
 */
export function writeMessage(message: MimeMessage, { uniqueText }: WriteOptions): Buffer {
  const pieces = new MessagePieces();
  const body = nestParts(message, createBoundaries(uniqueText));
  pieces.add(`${writeFields(message)}${body.fields}\r\n`);
  body.writeBody(pieces);
  return pieces.toBytes();
}

/** RFC 2045 §6.7: `=_` is in no text that is quoted-printable or base64. */
function createBoundaries(uniqueText: () => string): () => string {
  let unique: string | undefined;
  let count = 0;
  return () => {
    unique ??= requireBoundary(uniqueText());
    return `=_${++count}_${unique}`;
  };
}

function requireBoundary(text: string): string {
  if (!/^[A-Za-z0-9]{1,60}$/.test(text)) throw new RangeError("uniqueText is 1 to 60 letters and digits");
  return text;
}
