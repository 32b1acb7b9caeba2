import { decodeWords } from "../mime/encoded-words.js";

/** Header lines to values by lower-case name, unfolded and decoded. */
export function parseHeaders(block: Buffer | undefined): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  const text = block?.toString("utf8") ?? "";
  for (const line of text.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(decodeWords(line.slice(colon + 1).trim()));
    headers.set(name, values);
  }
  return headers;
}
