/** One word of a server's answer. */
interface WireToken {
  readonly type: string;
  readonly value?: string | Uint8Array | number | null | undefined;
  /** What stands in brackets: `BODY[HEADER]`, `[COPYUID …]`. */
  readonly section?: readonly WireNode[] | undefined;
  readonly partial?: readonly number[] | undefined;
  /** How long a literal was that somebody took as it came: then there is no value. */
  readonly sizeBytes?: number | undefined;
}

/** A parsed piece of an answer: a word, a parenthesized list, or `null` for NIL. */
export type WireNode = WireToken | readonly WireNode[] | null;

/** One parsed line of the server. */
export interface WireResponse {
  readonly tag?: string | undefined;
  /** `OK`, `FETCH`, or the number that an untagged answer begins with. */
  readonly command?: string | undefined;
  readonly attributes?: readonly WireNode[] | undefined;
  /** The numbers of a SEARCH answer, which newer ImapFlows (2.5.6) give in place of attributes. */
  readonly numbers?: readonly number[] | undefined;
}

const MAX_NUMBER_DIGITS = 10;
const MAX_MODSEQ_DIGITS = 20;

/** Tells a parenthesized list from a word. */
export function isList(node: WireNode | undefined): node is readonly WireNode[] {
  return Array.isArray(node);
}

/** The entries of a list; none for a word or NIL. */
export function listOf(node: WireNode | undefined): readonly WireNode[] {
  return isList(node) ? node : [];
}

/** The text of a word; `undefined` for NIL and lists. Bytes are read as UTF-8. */
export function textOf(node: WireNode | undefined): string | undefined {
  if (node === null || node === undefined || isList(node)) return undefined;
  const { value } = node;
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : bufferOf(value).toString("utf8");
}

/** The bytes of a word, as they came; `undefined` for NIL and lists. */
export function bytesOf(node: WireNode | undefined): Buffer | undefined {
  if (node === null || node === undefined || isList(node)) return undefined;
  const { value } = node;
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return Buffer.from(value, "utf8");
  return typeof value === "number" ? Buffer.from(String(value)) : bufferOf(value);
}

/** The text of a word as it came, one character per byte, as the codecs of headers take it. */
export function rawTextOf(node: WireNode | undefined): string | undefined {
  if (node === null || node === undefined || isList(node)) return undefined;
  const { value } = node;
  // Nearly all words are ASCII, and stand for their bytes as they are.
  return typeof value === "string" && !NOT_ASCII.test(value) ? value : bytesOf(node)?.toString("latin1");
}

const NOT_ASCII = /[\u0080-\uffff]/;

/** The words in a list. */
export function textsOf(node: WireNode | undefined): string[] {
  const texts: string[] = [];
  for (const entry of listOf(node)) {
    const text = textOf(entry);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** A number of up to 32 bits; `undefined` for anything else, hostile digit runs included. */
export function numberOf(node: WireNode | undefined): number | undefined {
  return parseNumber(textOf(node));
}

/** Like {@link numberOf}, for text. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.length > MAX_NUMBER_DIGITS || !/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number <= 0xffff_ffff ? number : undefined;
}

/**
 * A UIDVALIDITY, `undefined` for 0. QUIRK: some servers exceed 32 bits. It is only ever compared, so that what
 * a number cannot hold of more than 53 bits does not matter.
 */
export function uidValidityOf(node: WireNode | undefined): number | undefined {
  return Number(bigintOf(node) ?? 0) || undefined;
}

/** A 63-bit number such as MODSEQ. */
export function bigintOf(node: WireNode | undefined): bigint | undefined {
  const text = textOf(node);
  if (text === undefined || text.length > MAX_MODSEQ_DIGITS || !/^\d+$/.test(text)) return undefined;
  return BigInt(text);
}

/** The name of a word in capitals: `FETCH`, `UIDNEXT`. */
export function keywordOf(node: WireNode | undefined): string | undefined {
  return textOf(node)?.toUpperCase();
}

/** The name of an untagged answer: `* 4 EXISTS` has it behind the number. */
export function untaggedName({ command = "", attributes }: WireResponse): string {
  return (/^\d+$/.test(command) ? keywordOf(attributes?.[0]) : command.toUpperCase()) ?? "";
}

/** The bracketed response code of an OK, NO, BAD or BYE, with what stands behind its name. */
export function responseCode(
  response: WireResponse | undefined,
): { readonly name: string; readonly values: readonly WireNode[] } | undefined {
  const first = response?.attributes?.[0];
  if (first === null || first === undefined || isList(first) || first.section === undefined) return undefined;
  const name = keywordOf(first.section[0]);
  return name === undefined ? undefined : { name, values: first.section.slice(1) };
}

/** The human-readable text of an OK, NO, BAD or BYE. */
export function responseText(response: WireResponse | undefined): string {
  const words = (response?.attributes ?? []).flatMap((node) => textOf(node)?.trim() ?? []);
  return words.filter((word) => word !== "").join(" ");
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
