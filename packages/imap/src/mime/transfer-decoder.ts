import { decodeQuotedPrintable } from "./transfer-encoding.js";

const LF = 0x0a;
const EQUALS = 0x3d;

/** Undoes a transfer encoding piece by piece: what a piece ends in the middle of waits for the next one. */
export interface TransferDecoder {
  push(bytes: Buffer): Buffer;
  end(): Buffer;
}

/** A decoder for a Content-Transfer-Encoding; unknown ones pass through. */
export function createTransferDecoder(encoding: string): TransferDecoder {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return base64Decoder();
    case "quoted-printable":
      return quotedPrintableDecoder();
    default:
      return { push: (bytes) => bytes, end: () => Buffer.alloc(0) };
  }
}

function base64Decoder(): TransferDecoder {
  let rest = "";
  return {
    push(bytes) {
      const text = rest + bytes.toString("latin1").replace(/[^A-Za-z0-9+/_-]+/g, "");
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      return Buffer.from(text.slice(0, whole), "base64");
    },
    end: () => Buffer.from(rest, "base64"),
  };
}

function quotedPrintableDecoder(): TransferDecoder {
  let rest = Buffer.alloc(0);
  return {
    push(bytes) {
      const all = Buffer.concat([rest, bytes]);
      const cut = safeCut(all);
      rest = Buffer.from(all.subarray(cut));
      return decodeQuotedPrintable(all.subarray(0, cut));
    },
    end: () => decodeQuotedPrintable(rest),
  };
}

/** After the last line end; in a line without one, before an escape that may be half here. */
function safeCut(bytes: Buffer): number {
  const lineEnd = bytes.lastIndexOf(LF);
  if (lineEnd >= 0) return lineEnd + 1;
  const escaped = bytes.lastIndexOf(EQUALS);
  return escaped >= bytes.length - 3 && escaped >= 0 ? escaped : 0;
}
