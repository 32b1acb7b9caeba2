import { ImapRefusal } from "./refusal.js";

const CHARSETS = new Set(["UTF-8", "US-ASCII"]);

/** Refuses a charset of SEARCH or SORT that the server does not read (RFC 3501 §6.4.4). */
export function requireCharset(name: string): void {
  if (!CHARSETS.has(name.toUpperCase())) {
    throw new ImapRefusal("NO", "Unknown charset", "BADCHARSET (UTF-8 US-ASCII)");
  }
}
