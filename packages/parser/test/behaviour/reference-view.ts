import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the shared corpora; tests over it are skipped where it does not exist. */
export const CORPORA: string = fileURLToPath(new URL("../../../../../shared/corpora/", import.meta.url));

/** A message of the corpus as its reference parser saw it, cut down to what both sides have. */
export interface ReferenceMessage {
  readonly text_body: readonly number[];
  readonly html_body: readonly number[];
  readonly attachments: readonly number[];
  readonly parts: readonly ReferencePart[];
}

export interface ReferencePart {
  readonly headers: readonly { readonly name: string | { other: string }; readonly value: unknown }[];
  readonly is_encoding_problem: boolean;
  readonly body: {
    readonly Text?: string;
    readonly Html?: string;
    readonly Binary?: readonly number[];
    readonly InlineBinary?: readonly number[];
    readonly Multipart?: readonly number[];
    readonly Message?: ReferenceMessage;
  };
}

export interface CorpusEntry {
  readonly name: string;
  readonly source: Buffer;
  readonly expected: ReferenceMessage;
}

/** Every message of the corpus, in LF and in CRLF form. */
export function readCorpus(): CorpusEntry[] {
  const folder = `${CORPORA}messages/`;
  const entries: CorpusEntry[] = [];
  for (const group of ["rfc", "legacy", "thirdparty", "malformed"]) {
    for (const file of readdirSync(folder + group).sort()) {
      if (!file.endsWith(".eml")) continue;
      const stem = `${folder}${group}/${file.slice(0, -4)}`;
      const source = readFileSync(`${stem}.eml`);
      const withLf = source.toString("latin1").replaceAll("\r\n", "\n");
      entries.push({
        name: `${group}/${file.slice(0, -4)} (LF)`,
        source: Buffer.from(withLf, "latin1"),
        expected: JSON.parse(readFileSync(`${stem}.json`, "utf8")),
      });
      entries.push({
        name: `${group}/${file.slice(0, -4)} (CRLF)`,
        source: Buffer.from(withLf.replaceAll("\n", "\r\n"), "latin1"),
        expected: JSON.parse(readFileSync(`${stem}.crlf.json`, "utf8")),
      });
    }
  }
  return entries;
}

/** The messages of all corpora as they are, one character per byte. */
export function readSources(): string[] {
  const folders = [
    "messages/rfc",
    "messages/legacy",
    "messages/thirdparty",
    "messages/malformed",
    "bounces/eml",
  ];
  return folders.flatMap((folder) =>
    readdirSync(CORPORA + folder)
      .filter((file) => file.endsWith(".eml"))
      .map((file) => readFileSync(`${CORPORA}${folder}/${file}`, "latin1")),
  );
}
