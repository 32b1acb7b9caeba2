/** What `STAT` answers. */
export interface Pop3Stat {
  /** Messages not marked as deleted. */
  readonly count: number;
  readonly sizeBytes: number;
}

/** One line of `LIST`. */
export interface MessageSize {
  readonly number: number;
  /** As the server counts; many are off by the line ends. */
  readonly sizeBytes: number;
}

/** One line of `UIDL`. */
export interface MessageUidl {
  readonly number: number;
  readonly uidl: string;
}

/** Why a listing makes no sense. */
export class ListingError extends Error {
  override readonly name = "ListingError";
}

const STAT = /^(\d{1,15}) +(\d{1,15})(?:[ \t].*)?$/;
const SIZE = /^(\d{1,15}) +(\d{1,15})(?:[ \t].*)?$/;
/** QUIRK: RFC 1939 §7 allows 70 characters, and servers that build names from paths or digests send more. */
const UIDL = /^(\d{1,15}) +([\x21-\x7e]{1,1024}) *$/;

/** Reads the text of a `+OK` to `STAT` (RFC 1939 §5). Throws {@link ListingError}. */
export function parseStat(text: string): Pop3Stat {
  const [, count, size] = STAT.exec(text) ?? [];
  if (count === undefined || size === undefined) throw new ListingError(`STAT answered ${quote(text)}`);
  return { count: Number(count), sizeBytes: Number(size) };
}

/** Reads one line of `LIST`, or the text of a `+OK` to `LIST n`. Throws {@link ListingError}. */
export function parseSizeLine(line: string): MessageSize {
  const [, number, size] = SIZE.exec(line) ?? [];
  if (number === undefined || size === undefined || Number(number) < 1) {
    throw new ListingError(`LIST answered ${quote(line)}`);
  }
  return { number: Number(number), sizeBytes: Number(size) };
}

/** Reads one line of `UIDL`: a number, and characters of 0x21 to 0x7E (RFC 1939 §7). Throws {@link ListingError}. */
export function parseUidlLine(line: string): MessageUidl {
  const [, number, uidl] = UIDL.exec(line) ?? [];
  if (number === undefined || uidl === undefined || Number(number) < 1) {
    throw new ListingError(`UIDL answered ${quote(line)}`);
  }
  return { number: Number(number), uidl };
}

/**
 * Reads the body of `LIST` or `UIDL` line by line. A number that comes twice, or more than `maxMessages`
 * lines, is a {@link ListingError}.
 */
export function parseListing<Line extends { readonly number: number }>(
  body: Buffer,
  parseLine: (line: string) => Line,
  maxMessages: number,
): Line[] {
  const lines = splitLines(body);
  if (lines.length > maxMessages) throw new ListingError(`The server lists ${lines.length} messages`);
  const seen = new Set<number>();
  return lines.map((text) => {
    const line = parseLine(text);
    if (seen.has(line.number)) throw new ListingError(`Message ${line.number} is listed twice`);
    seen.add(line.number);
    return line;
  });
}

/** The lines of a multi-line reply, each without its CRLF; bytes as Latin-1. */
export function splitLines(body: Buffer): string[] {
  const lines = body.toString("latin1").split("\r\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
