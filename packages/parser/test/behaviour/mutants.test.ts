import { existsSync } from "node:fs";
import { passOver, processorTime, seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { readFixtures } from "../support/fixtures.js";
import { HOSTILE } from "./hostile-messages.js";
import { readEverything } from "./read-everything.js";
import { CORPORA, readSources } from "./reference-view.js";

/** `MAILWRIGHT_LONG=1`: the long form. */
const MUTANTS = process.env["MAILWRIGHT_LONG"] === "1" ? 200_000 : 1_200;
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_120);
const MAX_BYTES = 12_000;
/** Passes over a megabyte that one mutant, which has some kilobytes, may cost before it counts as hanging. */
const HANG_PASSES = 400;
const passMs = timeOfPass();

function timeOfPass(): number {
  const pass = passOver(1_000_000);
  pass();
  const before = processorTime();
  for (let count = 0; count < 10; count++) pass();
  return (processorTime() - before) / 10;
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

const hasCorpora = existsSync(CORPORA);
const sources = [
  ...readFixtures().map(({ source }) => source.toString("latin1")),
  ...(hasCorpora ? readSources() : Object.values(HOSTILE).map((generate) => generate(2_000))),
];
const origin = hasCorpora ? "our fixtures and the shared corpora" : "our fixtures and hostile messages";

test(`${MUTANTS} mutants neither throw nor hang, and read the same with LF, CRLF and CR`, {
  timeout: 1_800_000,
}, () => {
  const next = seededRandom(SEED);
  const random = (below: number): number => Math.floor(next() * below);
  const plain = sources.map((source) => source.replaceAll("\r\n", "\n").slice(0, MAX_BYTES));
  const started = performance.now();
  let slowest = 0;
  for (let count = 0; count < MUTANTS; count++) {
    const mutant = mutate(plain[random(plain.length)] ?? "", plain[random(plain.length)] ?? "", random);
    const label = `mutant ${count} of seed ${SEED}`;
    const before = processorTime();
    const withLf = comparable(mutant);
    const withCrlf = comparable(mutant.replaceAll("\n", "\r\n"));
    // The rarest of the three: read for some, so that the others have the time.
    const withCr = count % 3 === 0 ? comparable(mutant.replaceAll("\n", "\r")) : withLf;
    const took = (processorTime() - before) / passMs;
    slowest = Math.max(slowest, took);
    if (took > HANG_PASSES) expect.fail(`${label} took as long as ${took} passes over a megabyte`);
    if (!hasExchangeableLineEnds(mutant)) continue;
    for (const other of [withCrlf, withCr])
      if (other !== withLf) expect(JSON.parse(other), label).toEqual(JSON.parse(withLf));
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.log(
    `${MUTANTS} mutants of ${origin} in ${seconds} s, the slowest took ${slowest.toFixed(1)} passes over a megabyte`,
  );
});
