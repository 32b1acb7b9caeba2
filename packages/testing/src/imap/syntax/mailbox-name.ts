import { ImapRefusal } from "./refusal.js";

/** Encodes a mailbox name in modified UTF-7 (RFC 3501 §5.1.3). */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === "&") return "&-";
    const bytes = Buffer.from(run, "utf16le").swap16();
    return `&${bytes.toString("base64").replace(/=+$/, "").replaceAll("/", ",")}-`;
  });
}

/** Decodes modified UTF-7. Throws a refusal for 8-bit names and broken shifts. */
export function decodeMailboxName(encoded: string): string {
  if (/[^\x20-\x7e]/.test(encoded)) throw invalidName();
  return encoded.replace(/&([^-]*)(-?)/g, (_, base64: string, end: string) => {
    if (end === "") throw invalidName();
    if (base64 === "") return "&";
    const bytes = Buffer.from(base64.replaceAll(",", "/"), "base64");
    if (!/^[A-Za-z0-9+,]+$/.test(base64) || bytes.length === 0 || bytes.length % 2 !== 0) {
      throw invalidName();
    }
    return bytes.swap16().toString("utf16le");
  });
}

function invalidName(): ImapRefusal {
  return new ImapRefusal("NO", "Mailbox name is not valid modified UTF-7", "CANNOT");
}
