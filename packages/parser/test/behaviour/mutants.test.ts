import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { HOSTILE } from "./hostile-messages.js";
import { readEverything } from "./read-everything.js";
import { CORPORA, readSources } from "./reference-view.js";

/** `pnpm test:long` sets 200 000. */
const MUTANTS = Number(process.env["FUZZ_MUTANTS"] ?? 3_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_120);
const MAX_BYTES = 12_000;
/** Processor time; a mutant is a few kilobytes. */
const HANG_MS = 1_000;

/** Small, fast, and the same everywhere (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TNEF_SIGNATURE = "\x78\x9f\x3e\x22";
const TOKENS = [
  "\n\n",
  "\n",
  "\n--",
  "--\n",
  '"',
  "(",
  ")",
  "<",
  ">",
  ",",
  ";",
  ":",
  "=?utf-8?q?",
  "?=",
  "=?iso-2022-jp?b?",
  "=",
  "=\n",
  "=3D",
  "\0",
  "\xff",
  "\xc3\xa4",
  "\u001b$B",
  "begin 644 a\n#86)C\nend\n",
  "+AOQ-",
  "Content-Type: multipart/mixed; boundary=b\n",
  "Content-Type: message/rfc822\n",
  "Content-Type: message/delivery-status\n",
  "Content-Type: text/plain; format=flowed; delsp=yes\n",
  "Content-Type: application/ms-tnef\n",
  "Content-Transfer-Encoding: base64\n",
  "Content-Transfer-Encoding: quoted-printable\n",
  "Content-Transfer-Encoding: uuencode\n",
  "Content-Disposition: attachment; filename*0*=\"utf-8''%41\"\n",
  "\n--b\n",
  "\n--b--\n",
  "From: a <b@c>\n",
  "Subject: ",
  " ",
  "\t",
  `${TNEF_SIGNATURE}\0\0`,
];

function mutate(source: string, other: string, random: (below: number) => number): string {
  let text = source;
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(text.length + 1);
    const length = random(random(4) === 0 ? 400 : 12);
    switch (random(8)) {
      case 0:
        text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length).repeat(1 + random(5)) + text.slice(at);
        break;
      case 3: {
        const from = random(other.length + 1);
        text = text.slice(0, at) + other.slice(from, from + length * 10) + text.slice(at);
        break;
      }
      case 4:
        text = text.slice(0, at) + other.slice(random(other.length + 1));
        break;
      case 5: {
        const moved = text.slice(at, at + length);
        const rest = text.slice(0, at) + text.slice(at + length);
        const to = random(rest.length + 1);
        text = rest.slice(0, to) + moved + rest.slice(to);
        break;
      }
      default:
        text = text.slice(0, at) + (TOKENS[random(TOKENS.length)] ?? "") + text.slice(at);
    }
  }
  return text.replaceAll("\r", "").slice(0, MAX_BYTES);
}

/** What must not depend on the line ends; attachments that are text keep theirs. */
function comparable(text: string): string {
  const everything = readEverything(parseMessage(Buffer.from(text, "latin1")));
  return JSON.stringify(everything, (key, value: unknown) =>
    key === "content" && typeof value === "string"
      ? value.replaceAll("\r\n", "\n")
      : withoutLineEndDefect(value),
  );
}

/** That lines end with CR alone is the one thing that is said about them. */
function withoutLineEndDefect(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.filter((entry: unknown) => !JSON.stringify(entry)?.startsWith('{"code":"mixed-line-ends"'));
}

/** Not in UTF-16, and not in a container that counts its bytes and came without a transfer encoding. */
function hasExchangeableLineEnds(mutant: string): boolean {
  return !/utf-?16/i.test(mutant) && !mutant.includes(TNEF_SIGNATURE);
}

const sources = existsSync(CORPORA)
  ? readSources()
  : Object.values(HOSTILE).map((generate) => generate(2_000));

test(`${MUTANTS} mutants neither throw nor hang, and read the same with LF, CRLF and CR`, {
  timeout: 600_000,
}, () => {
  const random = createRandom(SEED);
  const plain = sources.map((source) => source.replaceAll("\r\n", "\n").slice(0, MAX_BYTES));
  let slowest = 0;
  for (let count = 0; count < MUTANTS; count++) {
    const mutant = mutate(plain[random(plain.length)] ?? "", plain[random(plain.length)] ?? "", random);
    const label = `mutant ${count} of seed ${SEED}`;
    const before = process.cpuUsage();
    const withLf = comparable(mutant);
    const withCrlf = comparable(mutant.replaceAll("\n", "\r\n"));
    // The rarest of the three: read for some, so that the others have the time.
    const withCr = count % 3 === 0 ? comparable(mutant.replaceAll("\n", "\r")) : withLf;
    const took = process.cpuUsage(before).user / 1_000;
    slowest = Math.max(slowest, took);
    if (took > HANG_MS) expect.fail(`${label} took ${took} ms`);
    if (!hasExchangeableLineEnds(mutant)) continue;
    for (const other of [withCrlf, withCr])
      if (other !== withLf) expect(JSON.parse(other), label).toEqual(JSON.parse(withLf));
  }
  console.log(`${MUTANTS} mutants, the slowest took ${slowest.toFixed(1)} ms`);
});
