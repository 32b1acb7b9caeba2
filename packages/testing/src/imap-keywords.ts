import type { SelectedMailbox } from "./imap-selected-mailbox.js";
import type { StoredMessage } from "./mail-store-message.js";

const SYSTEM_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

/** The flags of a FLAGS response; remembers the keywords as told. */
export function formatMailboxFlags(selected: SelectedMailbox): string {
  for (const message of selected.messages) rememberKeywords(selected, message);
  return [SYSTEM_FLAGS, ...selected.knownKeywords].join(" ");
}

/** Whether a message has a keyword that the client has not been told of; remembers it. */
export function rememberKeywords(selected: SelectedMailbox, message: StoredMessage): boolean {
  const before = selected.knownKeywords.size;
  for (const flag of message.flags) if (!flag.startsWith("\\")) selected.knownKeywords.add(flag);
  return selected.knownKeywords.size > before;
}
