const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Undoes a Content-Transfer-Encoding (RFC 2045 §6); unknown ones are left as they are. */
export function decodeTransfer(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding?.trim().toLowerCase()) {
    case "base64":
      return Buffer.from(bytes.toString("latin1"), "base64");
    case "quoted-printable":
      return decodeQuotedPrintable(bytes);
    default:
      return bytes;
  }
}

/** Quoted-printable to bytes (RFC 2045 §6.7). What is no valid escape stays as it is. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  if (!bytes.includes(EQUALS)) return trimLineEnds(bytes);
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let index = 0;
  while (index < bytes.length) {
    const byte = bytes[index] ?? 0;
    if (byte === LF) {
      length = trimmed(out, length);
      out[length++] = LF;
      index += 1;
    } else if (byte === EQUALS) {
      const escaped = readEscape(bytes, index);
      if (escaped.value !== undefined) out[length++] = escaped.value;
      index = escaped.next;
    } else {
      out[length++] = byte;
      index += 1;
    }
  }
  return out.subarray(0, length);
}

/** What a `=` stands for: a byte, nothing (a soft line break), or, when it is no escape, itself. */
function readEscape(bytes: Buffer, at: number): { readonly value?: number; readonly next: number } {
  const high = hexDigit(bytes[at + 1]);
  const low = hexDigit(bytes[at + 2]);
  if (high >= 0 && low >= 0) return { value: high * 16 + low, next: at + 3 };
  let end = at + 1;
  while (bytes[end] === SPACE || bytes[end] === TAB) end += 1;
  if (bytes[end] === CR && bytes[end + 1] === LF) return { next: end + 2 };
  if (bytes[end] === LF || end >= bytes.length) return { next: end + 1 };
  return { value: EQUALS, next: at + 1 };
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** White space at the end of a line is the transport's, not the author's; a CR is kept. */
function trimmed(out: Buffer, length: number): number {
  const hasCr = out[length - 1] === CR;
  let end = hasCr ? length - 1 : length;
  while (end > 0 && (out[end - 1] === SPACE || out[end - 1] === TAB)) end -= 1;
  if (hasCr) out[end++] = CR;
  return end;
}

function trimLineEnds(bytes: Buffer): Buffer {
  if (!bytes.includes(" \r\n") && !bytes.includes("\t\r\n")) return bytes;
  return Buffer.from(bytes.toString("latin1").replace(/[ \t]+(?=\r?\n)/g, ""), "latin1");
}
