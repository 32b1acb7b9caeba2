import { seededRandom } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { type OutgoingMessage, renderMessage } from "../../src/index.js";
import { randomMessage } from "../support/random-message.js";
import { type ReadPart, readTree } from "../support/read-tree.js";
import { composeByReference } from "../support/reference-composer.js";

/** `MAILWRIGHT_LONG=1`: many more random messages. */
const MESSAGES = process.env["MAILWRIGHT_LONG"] === "1" ? 5_000 : 300;
const SEED = 20_261_121;

describe("composing", () => {
  test(`says the same as nodemailer's MailComposer, over ${MESSAGES} random messages`, async () => {
    const random = seededRandom(SEED);
    const since = performance.now();
    for (let n = 0; n < MESSAGES; n++) {
      const message = randomMessage(random, n);
      const { bytes } = await renderMessage(message);
      const ours = readTree(bytes);
      const theirs = explained(readTree(toCrlf(await composeByReference(message))), message);
      expect(ours, `message ${n} of seed ${SEED}`).toEqual(theirs);
      expect(subjectOf(ours)).toBe(message.subject);
      expect(bytes.toString("latin1").replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    }
    if (MESSAGES > 300) console.log(`${MESSAGES} messages, ${Math.round(performance.now() - since)} ms`);
  });
});

/** What nodemailer's message would be without the differences that are meant. */
function explained(theirs: ReadPart, message: OutgoingMessage): ReadPart {
  return [emptyTextHasCharset, subjectIsLiteral].reduce(
    (part, difference) => difference(part, message),
    theirs,
  );
}

/** An empty text is text in UTF-8 like any other. */
function emptyTextHasCharset(part: ReadPart): ReadPart {
  const isEmptyText = part.type === "text/plain" && part.content === "" && part.disposition === "";
  return isEmptyText ? { ...part, parameters: { charset: "utf-8" } } : part;
}

/** A subject that looks like an encoded-word is shown as it was given, not as what it would decode to. */
function subjectIsLiteral(part: ReadPart, { subject = "" }: OutgoingMessage): ReadPart {
  if (!subject.includes("=?")) return part;
  const fields = part.fields.map(([name, value]) => [name, name === "subject" ? subject : value] as const);
  return { ...part, fields };
}

function subjectOf({ fields }: ReadPart): unknown {
  return fields.find(([name]) => name === "subject")?.[1];
}

/** nodemailer keeps the line ends of texts as they were given. */
function toCrlf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(/\r\n|\r|\n/g, "\r\n"), "latin1");
}
