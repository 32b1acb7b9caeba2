import type { EmailAddress } from "@mailwright/core";
import type { AddressEntry } from "./parse-addresses.js";

/** The mailboxes of an address header with those of its groups in their place. */
export function flattenAddresses(entries: readonly AddressEntry[]): EmailAddress[] {
  return entries.flatMap((entry) => ("members" in entry ? entry.members : [entry]));
}
