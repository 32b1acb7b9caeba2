import { type FoldOptions, isPlainWord } from "../header/encode-header-text.js";
import { encodeWords } from "../header/encode-words.js";
import { FoldedLines, MOST_CHARACTERS } from "../header/fold-line.js";
import { toQuotedString } from "../header/quoted-string.js";
import type { AddressEntry, MailAddress } from "./address-entry.js";

/** RFC 5322 §3.2.3, and characters past ASCII (RFC 6532 §3.2). */
const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_\\x60{|}~\\u0080-\\u{10FFFF}-]";
const ATOM = /* @__PURE__ */ new RegExp(`^${ATEXT}+$`, "u");
const DOT_ATOM = /* @__PURE__ */ new RegExp(`^${ATEXT}+(?:\\.${ATEXT}+)*$`, "u");
const QUOTED = /^"(?:[^"\\]|\\.)*"$/u;
const DOMAIN = /^(?:\[[^\p{Cc}\s[\]<>]*\]|[^\p{Cc}\p{Cs}\s[\]<>()@,;:"\\]+)$/u;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Addresses as the value of a field such as To (RFC 5322 §3.4), folded: names quoted or in encoded-words, local parts
 * quoted where they need it. Characters past ASCII in an address stay as they are, for servers with SMTPUTF8 (RFC 6531);
 * `toAddressForms` gives the ASCII form of a domain.
 *
 * Throws a `RangeError` for an address without a local part and a domain, or with control characters in it: none can be
 * written so that it could add a recipient or a field.
 */
export function formatAddresses(entries: readonly AddressEntry[], options: FoldOptions = {}): string {
  const lines = new FoldedLines(options.column ?? 0);
  for (const [index, entry] of entries.entries()) {
    const comma = index < entries.length - 1 ? "," : "";
    if ("members" in entry) addGroup(lines, entry.name, entry.members, comma);
    else addMailbox(lines, entry, comma);
  }
  return lines.toString();
}

function addGroup(lines: FoldedLines, name: string, members: readonly MailAddress[], comma: string): void {
  const words = phraseWords(name, lines.room);
  // A group has a name (RFC 5322 §3.4).
  if (words.length === 0) words.push('""');
  addWords(lines, words, members.length === 0 ? `:;${comma}` : ":");
  for (const [index, member] of members.entries())
    addMailbox(lines, member, index < members.length - 1 ? "," : `;${comma}`);
}

function addMailbox(lines: FoldedLines, { name, address }: MailAddress, mark: string): void {
  const addrSpec = formatAddrSpec(address);
  const words = phraseWords(name, lines.room);
  if (words.length === 0) lines.add(addrSpec + mark);
  else {
    addWords(lines, words, "");
    lines.add(`<${addrSpec}>${mark}`);
  }
}

function addWords(lines: FoldedLines, words: readonly string[], mark: string): void {
  for (const [index, word] of words.entries()) lines.add(index < words.length - 1 ? word : word + mark);
}

/** A display name as the words of a phrase (RFC 5322 §3.2.5). */
function phraseWords(name: string, room: number): string[] {
  const words = name.split(/[ \t]+/).filter((word) => word !== "");
  if (words.every((word) => ATOM.test(word) && isPlainWord(word) && word.length < MOST_CHARACTERS))
    return words;
  const text = words.join(" ");
  if (words.every(isPlainWord) && !text.includes("=?") && text.length < MOST_CHARACTERS)
    return [toQuotedString(text)];
  return encodeWords(text, room);
}

function formatAddrSpec(address: string): string {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (at < 1 || UNPRINTABLE.test(local) || !DOMAIN.test(domain))
    throw new RangeError(`No address that can be written: ${JSON.stringify(address.slice(0, 100))}`);
  if (DOT_ATOM.test(local)) return address;
  // Escapes that need none are left away: the same address is always written the same.
  const plain = QUOTED.test(local) ? local.slice(1, -1).replace(/\\(.)/gu, "$1") : local;
  return `${toQuotedString(plain)}@${domain}`;
}
