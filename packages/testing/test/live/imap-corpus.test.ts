import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";
import { corpusAllowances } from "./corpus-allowances.js";
import { describeDifferences } from "./differential-allowances.js";
import { type Difference, type DifferentialStep, runDifferential } from "./differential-run.js";
import { readLiveEnvironment } from "./live-environment.js";

const corpora = fileURLToPath(new URL("../../../../../shared/corpora", import.meta.url));
const folders = [
  "messages/rfc",
  "messages/legacy",
  "messages/thirdparty",
  "messages/malformed",
  "bounces/eml",
];
const items = [
  ...["BODYSTRUCTURE", "ENVELOPE", "(RFC822.SIZE BODY.PEEK[HEADER] BODY.PEEK[TEXT])"],
  ...["BODY.PEEK[1]", "BODY.PEEK[2]"],
];
const live = readLiveEnvironment();
const account = live.users.find((candidate) => candidate.user === "walter");
if (!account) throw new Error("The live servers have no account of that name");
const { user, password } = account;

if (!existsSync(corpora)) console.log("SKIPPED: the folder of shared corpora is not there");

/** Line ends as they go over the wire; Dovecot would change them itself. */
function readMessage(name: string): string {
  return readFileSync(join(corpora, name), "latin1").replace(/\r\n|\n/g, "\r\n");
}

function listMessages(folder: string): string[] {
  return readdirSync(join(corpora, folder))
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

test.skipIf(!existsSync(corpora)).each(folders)(
  "envelopes, structures and parts of %s are those of Dovecot",
  { timeout: 120_000 },
  async (folder) => {
    await using mail = await startMailServers({ accounts: [{ user, password }] });
    const names = listMessages(folder);
    const commands = [
      ["CREATE Corpus"],
      ...names.map((name) => ["APPEND Corpus ", readMessage(name)]),
      ["SELECT Corpus"],
      ...names.flatMap((_, index) => items.map((item) => [`FETCH ${index + 1} ${item}`])),
    ];
    const differences = await runDifferential(
      [
        { name: "ours", host: mail.host, port: mail.imap.port, user, password },
        { name: "Dovecot", host: live.host, port: live.imap.port, user, password },
      ],
      commands.map((command): DifferentialStep => ({ session: "a", command })),
    );
    const nameOf = ({ command }: Difference): string =>
      names[Number(/FETCH (\d+)/.exec(command)?.[1]) - 1] ?? "";
    const different = new Set(differences.map(nameOf));
    console.log(`${folder}: ${names.length} messages, ${different.size} differ for a known reason`);
    const unexpected = differences.filter((difference) => !corpusAllowances.has(nameOf(difference)));
    expect(unexpected.map(nameOf)).toEqual([]);
    expect(describeDifferences(unexpected)).toBe("");
    const listed = [...corpusAllowances.keys()].filter((name) => name.startsWith(folder));
    expect(listed.filter((name) => !different.has(name))).toEqual([]);
  },
);
