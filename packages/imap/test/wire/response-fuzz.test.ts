import { isMailError } from "@mailwright/core";
import { collectGarbage, seededRandom } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import { parseBodyStructure } from "../../src/wire/answers/body-structure.js";
import { parseEnvelope } from "../../src/wire/answers/envelope.js";
import { parsePartTree } from "../../src/wire/answers/part-tree.js";
import {
  bigintOf,
  listOf,
  responseCode,
  responseText,
  untaggedName,
  type WireResponse,
} from "../../src/wire/wire-node.js";
import { oddResponses } from "../behaviour/odd-responses.js";
import { corpusResponses, hasCorpus } from "../support/corpus-responses.js";
import { readResponses } from "../support/read-responses.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const CASES = isLong ? 250_000 : 4_000;
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_260_101);
const limits = { maxLineBytes: 4_000, maxLiteralBytes: 4_000 };

/** What most often decides how bytes are read. */
const SALT = [
  "(",
  ")",
  '"',
  "\\",
  "[",
  "]",
  "{3}\r\n",
  "{0}\r\n",
  "{99999999999}\r\n",
  "~{2}\r\n",
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
]
  .concat([
    "NIL",
    "* ",
    "+ ",
    "a1 OK ",
    "* OK [",
    "* 1 FETCH (",
    "* LIST () ",
    "* SEARCH 1 ",
    "<0>",
    "BODY[",
    "\xff",
    "=?",
  ])
  .map((text): Buffer => Buffer.from(text, "latin1"));

describe("mutated responses", () => {
  it("are read, or refused with a typed error, the same however they are split", () => {
    const fixtures: Buffer[] = oddResponses.map((text) => Buffer.from(`${text}\r\n`, "latin1"));
    if (hasCorpus) fixtures.push(...corpusResponses());
    const since = performance.now();
    const random = seededRandom(SEED);
    const below = (count: number): number => Math.floor(random() * count);
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
    const mutate = (bytes: Buffer): Buffer => {
      const at = below(bytes.length + 1);
      const to = Math.min(bytes.length, at + below(8));
      const [head, tail] = [bytes.subarray(0, at), bytes.subarray(to)];
      const kinds = [
        () => Buffer.concat([head, pick(SALT), bytes.subarray(at)]),
        () => Buffer.concat([head, pick(SALT), tail]),
        () => Buffer.concat([head, tail]),
        () => Buffer.concat([head, Buffer.from([below(256)]), bytes.subarray(at + 1)]),
        () => Buffer.concat([head, bytes.subarray(at, to), bytes.subarray(at, to), tail]),
        () => Buffer.concat([head, pick(fixtures).subarray(at)]),
      ];
      return pick(kinds)();
    };
    let refused = 0;
    collectGarbage();
    const before = memory();
    for (let count = 0; count < CASES; count++) {
      let bytes: Buffer = pick(fixtures);
      for (let times = 1 + below(4); times > 0; times--) bytes = mutate(bytes);
      const shown = `seed ${SEED}, case ${count}: ${JSON.stringify(bytes.toString("latin1"))}`;
      const whole = outcome([bytes], shown);
      const at = below(bytes.length + 1);
      const split = outcome([bytes.subarray(0, at), bytes.subarray(at)], shown);
      if (whole !== split) expect(split, shown).toEqual(whole);
      if (whole.startsWith("limit")) refused += 1;
    }
    collectGarbage();
    const grownMiB = Math.round((memory() - before) / 1024 / 1024);
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    console.log(
      `${CASES} mutated responses, ${refused} refused, ${grownMiB} MiB more, ${seconds} s, seed ${SEED}`,
    );
    expect(refused).toBeLessThan(CASES / 4);
    expect(grownMiB).toBeLessThan(64);
  });
});

/** What comes of it, with everything read that callers read; throws what is no `MailError`. */
function outcome(pieces: readonly Buffer[], shown: string): string {
  try {
    return JSON.stringify(readResponses(pieces, { limits }).map(digest));
  } catch (error) {
    if (isMailError(error) && error.code === "limit") return `limit ${error.message}`;
    throw new Error(shown, { cause: error });
  }
}

function digest(response: WireResponse): unknown {
  const [, items] = response.attributes ?? [];
  const rest = listOf(items).map((node) => [
    parseEnvelope(node),
    parseBodyStructure(node),
    parsePartTree(node),
    String(bigintOf(node)),
  ]);
  return [response, untaggedName(response), responseCode(response), responseText(response), rest];
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
