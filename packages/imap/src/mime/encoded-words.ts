import { decodeCharset } from "./charset.js";
import { decodeQuotedPrintable } from "./transfer-encoding.js";

const WORD = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;
const MAX_HEADER = 256 * 1024;

interface Run {
  readonly charset: string;
  readonly bytes: Buffer[];
}

/**
 * Decodes encoded words in a header value (RFC 2047). Characters that a sender split over adjacent words
 * of one charset come out whole; broken words stay as they are.
 */
export function decodeWords(value: string): string {
  if (!value.includes("=?") || value.length > MAX_HEADER) return value;
  let out = "";
  let end = 0;
  let run: Run | undefined;
  const flush = (): void => {
    if (run !== undefined) out += decodeCharset(Buffer.concat(run.bytes), run.charset);
    run = undefined;
  };
  for (const match of value.matchAll(WORD)) {
    const [whole, charset = "", encoding = "", text = ""] = match;
    const between = value.slice(end, match.index);
    // RFC 2231 §5 puts a language behind an asterisk.
    const name = charset.split("*")[0]?.toLowerCase() ?? "";
    const isAdjacent = run !== undefined && /^\s*$/.test(between);
    if (!isAdjacent) {
      flush();
      out += between;
    } else if (run?.charset !== name) flush();
    run ??= { charset: name, bytes: [] };
    run.bytes.push(decodeWord(encoding, text));
    end = match.index + whole.length;
  }
  flush();
  return out + value.slice(end);
}

function decodeWord(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === "b") return Buffer.from(text, "base64");
  return decodeQuotedPrintable(Buffer.from(text.replaceAll("_", "=20"), "utf8"));
}
