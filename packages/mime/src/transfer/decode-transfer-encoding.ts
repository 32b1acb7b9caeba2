import { asBuffer } from "../bytes/as-buffer.js";
import { decodeBase64 } from "./decode-base64.js";
import { decodeQuotedPrintable } from "./decode-quoted-printable.js";
import { decodeUuencode } from "./decode-uuencode.js";

/** Bytes of a body, and whether they are what the Content-Transfer-Encoding field promised. */
export interface DecodedBody {
  readonly bytes: Buffer;
  readonly problem?: "unknown-transfer-encoding" | "malformed-transfer-encoding";
}

/**
 * Undoes a Content-Transfer-Encoding (RFC 2045 §6); an unknown or broken one leaves the bytes as they are. What needs no
 * decoding is not copied.
 */
export function decodeTransferEncoding(content: Uint8Array, encoding: string): DecodedBody {
  const bytes = asBuffer(content);
  switch (encoding.trim().toLowerCase()) {
    case "base64": {
      const decoded = decodeBase64(bytes);
      return decoded === undefined ? { bytes, problem: "malformed-transfer-encoding" } : { bytes: decoded };
    }
    case "quoted-printable":
      return { bytes: decodeQuotedPrintable(bytes) };
    case "uuencode":
    case "x-uuencode":
    case "x-uue":
      return { bytes: decodeUuencode(bytes)?.content ?? bytes };
    case "":
    case "7bit":
    case "8bit":
    case "binary":
      return { bytes };
    default:
      return { bytes, problem: "unknown-transfer-encoding" };
  }
}
