import { parseVanished } from "../wire/answers/vanished.js";
import { countUids } from "../wire/uid-set.js";
import { parseNumber, type WireResponse } from "../wire/wire-node.js";
import type { SelectedMailbox } from "./selected-mailbox.js";

/** Keeps the count of messages with what the server tells unasked. */
export function recount(mailbox: SelectedMailbox, name: string, response: WireResponse): void {
  const number = parseNumber(response.command);
  if (name === "EXISTS" && number !== undefined) mailbox.exists = number;
  else if (name === "EXPUNGE" && number !== undefined && number > 0 && number <= mailbox.exists) {
    mailbox.exists -= 1;
  } else if (name === "VANISHED") {
    const { isEarlier, ranges } = parseVanished(response);
    if (!isEarlier) mailbox.exists = Math.max(0, mailbox.exists - countUids(ranges));
  }
}
