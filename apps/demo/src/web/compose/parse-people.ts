import type { Person } from "../drafts/draft-values.js";

/**
 * Quoted text and addresses in brackets may hold what parts people elsewhere. Neither is longer than this: what is opened and never
 * closed is looked through so far and no further, from each place where something opens.
 */
const PART = /(?:"(?:[^"\\]|\\.){0,500}"|<[^<>]{0,500}>|[^,;\n"<]|["<])+/g;
const BRACKETED = /^(?<name>[^<]*)<(?<address>[^<>]*)>\s*$/;
/** What a server would refuse for certain; the rest it says itself. */
const PLAUSIBLE = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()\\,;:"]+$/u;

/** Reads people as they are typed or pasted: addresses with or without names, parted by commas, semicolons or lines. */
export function parsePeople(text: string): Person[] {
  return (text.match(PART) ?? []).map(parsePerson).filter(({ address }) => address !== "");
}

/** Whether an address may be one. */
export function isPlausible(address: string): boolean {
  return PLAUSIBLE.test(address);
}

function parsePerson(part: string): Person {
  const { name = "", address = part } = BRACKETED.exec(part)?.groups ?? {};
  return {
    name: name
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .replaceAll(/\\(.)/g, "$1"),
    address: address.trim().replace(/^mailto:/i, ""),
  };
}
