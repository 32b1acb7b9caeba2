/** One thing that a scripted server does. */
export type ScriptStep =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "expect"; readonly bytes: Uint8Array }
  | { readonly kind: "expectMatch"; readonly pattern: RegExp }
  | { readonly kind: "expectBytes"; readonly count: string }
  | { readonly kind: "expectData" }
  | { readonly kind: "expectEnd" }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "tls" | "close" | "reset" | "stall" | "ignore" };

/**
 * What a scripted server says and expects: text in `C:`/`S:` notation, or a list of such texts and raw bytes, which
 * the server sends as they are.
 *
 * | line | meaning |
 * | --- | --- |
 * | `S: text` | the server sends the line and CRLF; consecutive lines leave in one write |
 * | `S-: text` | the same without CRLF |
 * | `S64: base64` | raw bytes |
 * | `C: text` | the client sends exactly this line and CRLF; a leading `$tag ` stands for any word and is remembered |
 * | `C~: regex` | the client's line matches as a whole (bytes as Latin-1); named groups are remembered |
 * | `C*:` | any line |
 * | `C#: n` | any `n` bytes; `n` may be a remembered `$name` |
 * | `C64: base64` | exactly these bytes |
 * | `C.:` | any lines through a lone dot |
 * | `TLS:` | the handshake happens now; bytes that the client sent before it are a mismatch |
 * | `EOF:` | the client ends the connection |
 * | `CLOSE:`, `RESET:` | the server ends the connection with FIN or RST |
 * | `STALL:` | the server says no more and ignores what it hears until the client is gone |
 * | `IGNORE:` | the same at the end of a script that has said all it checks |
 * | `WAIT: 50ms` | a pause (`ms` or `s`) |
 * | `# text` | a comment |
 *
 * In `S` and `C` lines `\r`, `\n`, `\t`, `\0`, `\\` and `\xNN` are escapes, any other backslash stands for itself;
 * in `S` lines `$name` is replaced when a name of that kind was remembered.
 */
export type ScriptTranscript = string | readonly (string | Uint8Array | ScriptStep)[];

/** A line of a transcript that means nothing. */
export class TranscriptSyntaxError extends Error {
  override name = "TranscriptSyntaxError";
}

const SHOWN_BYTES = 400;
const LINE = /^\s*([A-Z]+(?:[-~*#.]|64)?):(?: (.*)|\s*)$/;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))/g;
const CONTROL: Readonly<Record<string, number>> = { r: 0x0d, n: 0x0a, t: 0x09, "0": 0x00, "\\": 0x5c };
const BARE_KINDS: Readonly<Record<string, ScriptStep>> = {
  TLS: { kind: "tls" },
  EOF: { kind: "expectEnd" },
  CLOSE: { kind: "close" },
  RESET: { kind: "reset" },
  STALL: { kind: "stall" },
  IGNORE: { kind: "ignore" },
  "C*": { kind: "expectMatch", pattern: /.*/s },
  "C.": { kind: "expectData" },
};

/** Turns the notation into steps; throws `TranscriptSyntaxError` with the line that it does not understand. */
export function parseTranscript(transcript: ScriptTranscript): ScriptStep[] {
  if (typeof transcript === "string") {
    return transcript.split(/\r?\n/).flatMap((line) => {
      if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
      return [parseLine(line)];
    });
  }
  return transcript.flatMap((part) => {
    if (typeof part === "string") return parseTranscript(part);
    return [part instanceof Uint8Array ? { kind: "send", bytes: Buffer.from(part) } : withOwnBytes(part)];
  });
}

/** What the caller does to its bytes later changes no script. */
function withOwnBytes(step: ScriptStep): ScriptStep {
  return step.kind === "send" || step.kind === "expect" ? { ...step, bytes: Buffer.from(step.bytes) } : step;
}

function parseLine(line: string): ScriptStep {
  const [, kind = "", text = ""] = LINE.exec(line) ?? [];
  const bare = BARE_KINDS[kind];
  if (bare !== undefined && text.trim() === "") return bare;
  switch (kind) {
    case "S":
      return { kind: "send", bytes: Buffer.concat([unescapeText(text), CRLF]) };
    case "S-":
      return { kind: "send", bytes: unescapeText(text) };
    case "S64":
      return { kind: "send", bytes: Buffer.from(text, "base64") };
    case "C":
      if (text.startsWith("$tag ")) return { kind: "expectMatch", pattern: afterTag(text.slice(5)) };
      return { kind: "expect", bytes: Buffer.concat([unescapeText(text), CRLF]) };
    case "C64":
      return { kind: "expect", bytes: Buffer.from(text, "base64") };
    case "C~":
      return { kind: "expectMatch", pattern: toPattern(text, line) };
    case "C#":
      return { kind: "expectBytes", count: text.trim() };
    case "WAIT":
      return { kind: "wait", milliseconds: parseDuration(text, line) };
    default:
      throw new TranscriptSyntaxError(`Not a line of a transcript: ${line.trim()}`);
  }
}

const CRLF = Buffer.from("\r\n");

function unescapeText(text: string): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    pieces.push(Buffer.from(text.slice(from, match.index)));
    pieces.push(
      Buffer.of(match[1] === undefined ? (CONTROL[match[2] ?? ""] ?? 0) : Number.parseInt(match[1], 16)),
    );
    from = match.index + match[0].length;
  }
  pieces.push(Buffer.from(text.slice(from)));
  return Buffer.concat(pieces);
}

function afterTag(text: string): RegExp {
  const literal = unescapeText(text)
    .toString("latin1")
    .replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<tag>[^ ]+) ${literal}`, "s");
}

function toPattern(text: string, line: string): RegExp {
  try {
    return new RegExp(text, "s");
  } catch (error) {
    throw new TranscriptSyntaxError(`Not a regular expression: ${line.trim()}`, { cause: error });
  }
}

function parseDuration(text: string, line: string): number {
  const [, amount, unit] = /^\s*(\d+)(ms|s)\s*$/.exec(text) ?? [];
  if (amount === undefined) throw new TranscriptSyntaxError(`Not a duration such as 50ms: ${line.trim()}`);
  return Number(amount) * (unit === "s" ? 1000 : 1);
}

/** Bytes as one line of a transcript: a final CRLF left out, everything unprintable escaped, long ones shortened. */
export function formatWire(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends = buffer.length >= 2 && buffer[buffer.length - 2] === 0x0d && buffer[buffer.length - 1] === 0x0a;
  const line = ends ? buffer.subarray(0, -2) : buffer;
  const shown = line
    .subarray(0, SHOWN_BYTES)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const rest = line.length > SHOWN_BYTES ? ` … (${line.length} bytes)` : "";
  return `${shown}${rest}${ends || buffer.length === 0 ? "" : " (no CRLF)"}`;
}
