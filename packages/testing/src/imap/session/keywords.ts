import type { ResponsePart } from "../syntax/text.js";
import type { NumberedMessage, SelectedMailbox } from "./selected-mailbox.js";

const SYSTEM_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

/** The flags of a FLAGS response, with every keyword in the mailbox, which then counts as told. */
export function formatMailboxFlags(selected: SelectedMailbox): string {
  for (const { flags } of selected.messages) rememberKeywords(selected, flags);
  return [SYSTEM_FLAGS, ...selected.knownKeywords].join(" ");
}

/** Writes FLAGS once more when messages have keywords that the client has not been told of (RFC 3501 §7.2.6). */
export function announceKeywords(
  session: { untagged(...parts: ResponsePart[]): void },
  selected: SelectedMailbox,
  messages: readonly NumberedMessage[],
): void {
  const before = selected.knownKeywords.size;
  for (const { message } of messages) rememberKeywords(selected, message.flags);
  if (selected.knownKeywords.size > before) session.untagged(`FLAGS (${formatMailboxFlags(selected)})`);
}

function rememberKeywords(selected: SelectedMailbox, flags: ReadonlySet<string>): void {
  for (const flag of flags) if (!flag.startsWith("\\")) selected.knownKeywords.add(flag);
}
