import { encodeNstring } from "../syntax/text.js";

/** The four fields of an ENVELOPE address (RFC 3501 §7.4.2): a group begins and ends with an empty host. */
export interface EnvelopeAddress {
  readonly name?: string;
  readonly route?: string;
  readonly mailbox?: string;
  readonly host?: string;
}

interface Token {
  readonly kind: "text" | "special";
  readonly value: string;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)|\[[^\]]*\]?|[<>@,;:]|[^\s"(<>@,;:[\]]+|[\])])/g;

/** Reads an address list leniently; a list that cannot be read gives what could. */
export function parseAddressList(value: string): EnvelopeAddress[] {
  const addresses: EnvelopeAddress[] = [];
  let current: Token[] = [];
  let comment: string | undefined;
  let isInAngles = false;
  const finish = (): void => {
    const address = toAddress(current, comment);
    if (address) addresses.push(address);
    current = [];
    comment = undefined;
  };
  for (const [, raw = ""] of value.matchAll(TOKEN)) {
    if (raw === "<") isInAngles = true;
    if (raw === ">") isInAngles = false;
    // Only a comment behind an address can be its name (RFC 822's old habit).
    if (raw.startsWith("(")) comment = current.length > 0 ? raw.slice(1, -1) : undefined;
    else if (raw === "," && !isInAngles) finish();
    else if (raw === ":" && !isInAngles) {
      addresses.push({ mailbox: joinPhrase(current) });
      current = [];
    } else if (raw === ";") {
      finish();
      addresses.push({});
    } else current.push(toToken(raw));
  }
  finish();
  return addresses;
}

/** The parenthesised list of an ENVELOPE, NIL when empty. */
export function encodeAddressList(addresses: readonly EnvelopeAddress[]): string {
  if (addresses.length === 0) return "NIL";
  return `(${addresses
    .map(({ name, route, mailbox, host }) => `(${[name, route, mailbox, host].map(encodeNstring).join(" ")})`)
    .join("")})`;
}

function toToken(raw: string): Token {
  if (/^[<>@,:]$/.test(raw)) return { kind: "special", value: raw };
  if (!raw.startsWith('"')) return { kind: "text", value: raw };
  const inner = raw.slice(1, raw.endsWith('"') && raw.length > 1 ? -1 : undefined);
  return { kind: "text", value: inner.replace(/\\(.)/g, "$1") };
}

function toAddress(tokens: readonly Token[], comment: string | undefined): EnvelopeAddress | undefined {
  if (tokens.length === 0) return undefined;
  const open = tokens.findIndex((token) => token.kind === "special" && token.value === "<");
  const hasAt = tokens.some((token) => token.kind === "special" && token.value === "@");
  if (open < 0 && (hasAt || tokens.length === 1)) return toAddrSpec(tokens, comment);
  if (open < 0) return { name: joinPhrase(tokens), mailbox: "MISSING_MAILBOX", host: "MISSING_DOMAIN" };
  const close = tokens.findIndex((token, index) => index > open && token.value === ">");
  const inside = tokens.slice(open + 1, close < 0 ? undefined : close);
  const name = joinPhrase(tokens.slice(0, open));
  const colon = inside.findIndex((token) => token.kind === "special" && token.value === ":");
  const address = toAddrSpec(inside.slice(colon + 1), name);
  return colon < 0 ? address : { ...address, route: joinValues(inside.slice(0, colon)) };
}

function toAddrSpec(tokens: readonly Token[], name: string | undefined): EnvelopeAddress {
  const at = tokens.findLastIndex((token) => token.kind === "special" && token.value === "@");
  const named = name ? { name } : {};
  // Dovecot's wording for what no address can be made of; clients know these names.
  const mailbox = joinValues(at < 0 ? tokens : tokens.slice(0, at)) || "MISSING_MAILBOX";
  const host = at < 0 ? "" : joinValues(tokens.slice(at + 1));
  return { ...named, mailbox, host: host || "MISSING_DOMAIN" };
}

function joinValues(tokens: readonly Token[]): string {
  return tokens.map((token) => token.value).join("");
}

function joinPhrase(tokens: readonly Token[]): string {
  return tokens.map((token) => token.value).join(" ");
}
