import { decodeBase64 } from "./base64.js";
import { decodeQuotedPrintable } from "./quoted-printable.js";
import { decodeUuencode } from "./uuencode.js";

/** Bytes of a body, and whether they are what the Content-Transfer-Encoding field promised. */
export interface DecodedBody {
  readonly bytes: Buffer;
  readonly problem?: "unknown-transfer-encoding" | "malformed-transfer-encoding";
}

/** Undoes a Content-Transfer-Encoding (RFC 2045 §6); an unknown or broken one leaves the bytes as they are. */
export function decodeTransferEncoding(bytes: Buffer, encoding: string): DecodedBody {
  switch (encoding) {
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
