import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../fixtures/messages/", import.meta.url));

/** A message of our own small corpus, and what its readers have to find in it. */
export interface Fixture {
  readonly name: string;
  /** With line ends of LF. */
  readonly source: Buffer;
  readonly expected: ExpectedMessage;
}

/** What is left out is not looked at. */
interface ExpectedMessage {
  /** Codes in alphabetical order. */
  readonly defects?: readonly string[];
  readonly attachments?: readonly object[];
  /** Of the messages in the message. */
  readonly nested?: readonly object[];
  /** `null`: it is no report. */
  readonly report?: object | null;
  readonly [field: string]: unknown;
}

/** Every message of `test/fixtures/messages`: one construct each, so that no suite needs the shared corpora. */
export function readFixtures(): Fixture[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".eml"))
    .sort()
    .map((file) => {
      const name = file.slice(0, -".eml".length);
      return {
        name,
        source: readFileSync(FOLDER + file),
        expected: JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")),
      };
    });
}
