import { MailStoreError } from "./mail-store-error.js";

const MAX_PATH_LENGTH = 1000;

/** INBOX is one name in any case (RFC 3501 §5.1). */
export function toMailboxPath(path: string): string {
  return path.toUpperCase() === "INBOX" ? "INBOX" : path;
}

/** Throws `invalid-name` for what no server takes as a name. */
export function requireUsablePath(path: string): void {
  const isUsable =
    path.length > 0 &&
    path.length <= MAX_PATH_LENGTH &&
    !path.startsWith("/") &&
    !path.endsWith("/") &&
    !path.includes("//") &&
    // Tabs are there: Exchange has them.
    ![...path].some((character) => (character < " " && character !== "\t") || character === "\x7f");
  if (!isUsable) throw new MailStoreError("invalid-name", "Invalid mailbox name");
}
