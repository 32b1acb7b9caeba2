import { MailError } from "@mailwright/core";

const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * A mailbox name for the wire: modified UTF-7 (RFC 3501 §5.1.3), or as it is where the server takes UTF-8 (RFC 9051 §5.1).
 * Throws `"invalid-argument"` for names that are empty or hold line ends or NUL.
 */
export function encodeMailboxName(name: string, isUtf8 = false): string {
  if (name === "" || /[\0\r\n]/.test(name)) {
    const message = "A mailbox name must not be empty or hold line ends or NUL";
    throw new MailError(message, { code: "invalid-argument", protocol: "imap" });
  }
  // INBOX is one mailbox in any case (RFC 9051 §5.1), but its children keep theirs.
  if (name.toUpperCase() === "INBOX") return "INBOX";
  if (isUtf8) return name;
  if (PRINTABLE.test(name)) return name.replaceAll("&", "&-");
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === "&" ? "&-" : `&${shift(run)}-`));
}

/**
 * The mailbox name that a server meant.
 *
 * QUIRK: servers send raw UTF-8 or broken shift sequences; what does not decode stays as it is.
 */
export function decodeMailboxName(name: string, isUtf8 = false): string {
  if (name.toUpperCase() === "INBOX") return "INBOX";
  if (isUtf8 || !name.includes("&")) return name;
  const decoded = name.replace(/&([A-Za-z0-9+,]*)-/g, (whole, shifted: string) =>
    shifted === "" ? "&" : (unshift(shifted) ?? whole),
  );
  if (/[\0\r\n]/.test(decoded)) return name;
  return encodeMailboxName(decoded) === name ? decoded : name;
}

function shift(run: string): string {
  const bytes = Buffer.from(run, "utf16le").swap16();
  return bytes.toString("base64").replace(/=+$/, "").replaceAll("/", ",");
}

function unshift(shifted: string): string | undefined {
  const bytes = Buffer.from(shifted.replaceAll(",", "/"), "base64");
  if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined;
  return bytes.swap16().toString("utf16le");
}
