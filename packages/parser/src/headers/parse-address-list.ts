import { type AddressEntry, parseAddresses } from "./parse-addresses.js";

const MAX_ADDRESSES = 10_000;

/**
 * Parses addresses that a person typed or another program stored: `Ada <ada@example.org>, team: bob@example.com;`.
 * At most 10 000 are read; an entry without an address has an empty one.
 */
export function parseAddressList(text: string): readonly AddressEntry[] {
  return parseAddresses(Buffer.from(text, "utf8").toString("latin1"), MAX_ADDRESSES).entries;
}
