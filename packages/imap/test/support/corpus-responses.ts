import { existsSync, readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../../../shared/corpora/imap-responses/response_parser/", import.meta.url);

/** Whether the responses that others collected are beside the project. */
export const hasCorpus: boolean = existsSync(FOLDER);

/** The responses: the double-quoted and block scalars behind `:response:` in the YAML files. */
export function corpusResponses(): Buffer[] {
  const found: Buffer[] = [];
  for (const name of readdirSync(FOLDER)) {
    if (!name.endsWith(".yml")) continue;
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    for (const match of text.matchAll(
      /^ {4}:response: (?:&\S+ )?(?:"((?:[^"\\]|\\[\s\S])*)"|(!binary )?\|[-+]?\n((?: {6,}.*\n|\n)+))/gm,
    )) {
      const [, quoted, binary, block] = match;
      if (quoted !== undefined) found.push(Buffer.from(unquote(quoted), "utf8"));
      else if (binary !== undefined) found.push(Buffer.from((block ?? "").replace(/\s+/g, ""), "base64"));
      else found.push(Buffer.from((block ?? "").replace(/^ {6}/gm, "").replace(/\r?\n/g, "\r\n")));
    }
  }
  return found.map((bytes) =>
    bytes.subarray(-2).toString() === "\r\n" ? bytes : Buffer.concat([bytes, Buffer.from("\r\n")]),
  );
}

/** YAML's double-quoted escapes, as far as the files have them. */
function unquote(quoted: string): string {
  const simple: Readonly<Record<string, string>> = {
    r: "\r",
    n: "\n",
    t: "\t",
    "0": "\0",
    e: "\x1b",
    '"': '"',
    "\\": "\\",
  };
  return quoted
    .replace(/\\\r?\n[ \t]*/g, "")
    .replace(/[ \t]*\r?\n[ \t]*/g, " ")
    .replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (_whole, hex, unicode, one: string) => {
      const digits: string | undefined = hex ?? unicode;
      return digits === undefined ? (simple[one] ?? one) : String.fromCharCode(Number.parseInt(digits, 16));
    });
}
