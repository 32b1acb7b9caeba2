import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SHARED = join(ROOT, "..", "shared", "corpora");
const OWN = join(ROOT, "packages", "parser", "test", "fixtures", "messages");

/** A message of a corpus. */
export interface CorpusMessage {
  readonly name: string;
  /** With line ends as IMAP has them. */
  readonly source: Buffer;
}

/** Every message of this repository's own corpus, and of those of others where they are there. */
export function readCorpora(): CorpusMessage[] {
  const folders = [
    OWN,
    ...(existsSync(SHARED) ? [join(SHARED, "messages"), join(SHARED, "bounces", "eml")] : []),
  ];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".eml"))
      .sort()
      .map((name) => {
        const path = join(folder, name);
        const text = readFileSync(path, "latin1").replace(/\r?\n/g, "\r\n");
        return { name: relative(ROOT, path), source: Buffer.from(text, "latin1") };
      }),
  );
}
