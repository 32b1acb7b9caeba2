import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CORPUS = fileURLToPath(new URL("../../../../../shared/corpora/messages/", import.meta.url));

const handMade: readonly Buffer[] = [
  "Subject: plain\r\n\r\nbody\r\n",
  "Subject: no body\r\n\r\n",
  "Subject: no end\r\n\r\nlast line without an end",
  "Subject: dots\r\n\r\n.\r\n..\r\n...\r\n.x\r\n\r\n.",
  "Subject: blank lines\r\n\r\n\r\n\r\n\r\n",
  "Subject: From\r\n\r\nFrom the start of a line\r\n>From quoted\r\n",
  `Subject: long\r\n\r\n${"x".repeat(990)}\r\n`,
  "Subject: \xe9\xff\r\n\r\n\x80\x81 8-bit\r\n",
].map((text) => Buffer.from(text, "latin1"));

/** Messages as a server stores them: lines end in CRLF; without NUL, which IMAP cannot carry. */
export function readInteropMessages(): Buffer[] {
  if (!existsSync(CORPUS)) {
    console.log("skipped: the messages of ../shared/corpora (it does not exist)");
    return [...handMade];
  }
  const files = readdirSync(CORPUS, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".eml"),
  );
  const corpus = files.map((name) => readFileSync(`${CORPUS}${name}`));
  return [...handMade, ...corpus.filter((raw) => raw.length > 0 && !raw.includes(0)).map(toCrlf)];
}

function toCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString("latin1").replace(/\r?\n|\r(?!\n)/g, "\r\n"), "latin1");
}
