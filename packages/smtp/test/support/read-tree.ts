import {
  decodeHeaderText,
  decodeTransferEncoding,
  type MailAddress,
  parseAddressList,
  parseDate,
  parseParameterizedValue,
  toLfBytes,
} from "@mailwright/mime";

/** What a reader sees of one part, whatever way it was written. */
export interface ReadPart {
  /** In the order of their names, as the fields of one name are among themselves. */
  readonly fields: readonly (readonly [name: string, value: unknown])[];
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition: string;
  readonly filename: string | undefined;
  /** Decoded; of texts and messages with LF. */
  readonly content: string;
  readonly parts: readonly ReadPart[];
}

const ADDRESSES = new Set(["from", "sender", "to", "cc", "reply-to"]);
const DESCRIBING = new Set(["content-type", "content-disposition", "content-transfer-encoding"]);

/** Reads a message or part by its boundaries alone: another way than the parser's, and than the writer's. */
export function readTree(source: Buffer, isFile = false): ReadPart {
  const end = source.indexOf("\r\n\r\n");
  if (end < 0) throw new Error("A part without an empty line");
  const fields = splitFields(source.toString("latin1", 0, end));
  const body = source.subarray(end + 4);
  const type = parseParameterizedValue(rawField(fields, "content-type"));
  const { boundary, ...parameters } = Object.fromEntries(type.parameters);
  const disposition = parseParameterizedValue(rawField(fields, "content-disposition"));
  const isAttached = isFile || disposition.value !== "";
  return {
    fields: fields
      .filter(([name]) => !DESCRIBING.has(name))
      .map(([name, raw]) => [name, readField(name, raw)] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    type: type.value,
    parameters,
    disposition: disposition.value,
    filename: disposition.parameters.get("filename"),
    content: boundary === undefined ? decode(body, type.value, fields, isAttached) : "",
    parts: boundary === undefined ? [] : splitParts(body, boundary).map((part) => readTree(part)),
  };
}

function splitFields(head: string): [name: string, raw: string][] {
  const lines = head.split(/\r\n(?![ \t])/);
  for (const line of lines)
    for (const piece of line.split("\r\n"))
      if (piece.length > 998 || piece.trim() === "") throw new Error(`A line that must not be: ${piece}`);
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return [
      line.slice(0, colon).toLowerCase(),
      line
        .slice(colon + 1)
        .replaceAll("\r\n", "")
        .trim(),
    ];
  });
}

function rawField(fields: readonly [string, string][], name: string): string {
  const found = fields.filter(([candidate]) => candidate === name);
  if (found.length > 1) throw new Error(`${found.length} fields ${name}`);
  return found[0]?.[1] ?? "";
}

function readField(name: string, raw: string): unknown {
  if (ADDRESSES.has(name)) return parseAddressList(raw).map(plainAddress);
  if (name === "date") return parseDate(raw)?.getTime();
  return decodeHeaderText(raw);
}

function plainAddress(entry: MailAddress | { readonly name: string }): unknown {
  return "address" in entry ? { name: entry.name, address: entry.address } : entry;
}

function decode(
  body: Buffer,
  type: string,
  fields: readonly [string, string][],
  isAttached: boolean,
): string {
  const { bytes } = decodeTransferEncoding(body, rawField(fields, "content-transfer-encoding") || "7bit");
  const hasLines = !isAttached || /^(?:message|multipart)\//.test(type);
  return (hasLines ? toLfBytes(bytes) : bytes).toString("latin1");
}

function splitParts(body: Buffer, boundary: string): Buffer[] {
  const text = `\r\n${body.toString("latin1")}`;
  const [, ...pieces] = text.split(`\r\n--${boundary}`);
  const last = pieces.pop();
  if (last === undefined || !last.startsWith("--")) throw new Error("Parts without an end");
  return pieces.map((piece) => Buffer.from(piece.replace(/^\r\n/, ""), "latin1"));
}
