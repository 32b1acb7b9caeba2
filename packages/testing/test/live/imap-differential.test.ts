import { expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { contentSteps } from "./content-steps.js";
import {
  allowances,
  contentAllowances,
  describeDifferences,
  sortDifferences,
} from "./differential-allowances.js";
import { type Difference, type DifferentialStep, runDifferential } from "./differential-run.js";
import { handWrittenSteps } from "./differential-steps.js";
import { generateSteps } from "./generate-steps.js";
import { readLiveEnvironment } from "./live-environment.js";

const live = readLiveEnvironment();
const account = live.users.find(({ user }) => user === "victor");
if (!account) throw new Error("The live servers have no account of that name");
const { user, password } = account;

async function compareWithDovecot(steps: readonly DifferentialStep[]): Promise<Difference[]> {
  await using mail: MailServers = await startMailServers({ accounts: [{ user, password }] });
  return await runDifferential(
    [
      { name: "ours", host: mail.host, port: mail.imap.port, user, password },
      { name: "Dovecot", host: live.host, port: live.imap.port, user, password },
    ],
    steps,
  );
}

test("sessions written by hand are answered as Dovecot answers them", { timeout: 120_000 }, async () => {
  const differences = await compareWithDovecot(handWrittenSteps);
  const { unexpected, used } = sortDifferences(differences);
  console.log(
    `${handWrittenSteps.length} commands, ${differences.length} answers differ, ${used.size} reasons`,
  );
  expect(describeDifferences(unexpected)).toBe("");
  expect(allowances.filter((allowance) => !used.has(allowance))).toEqual([]);
});

test("texts behind encodings are found, and conversations told, as by Dovecot", {
  timeout: 120_000,
}, async () => {
  const differences = await compareWithDovecot(contentSteps);
  const { unexpected, used } = sortDifferences(differences, contentAllowances);
  console.log(`${contentSteps.length} commands, ${differences.length} answers differ, ${used.size} reasons`);
  expect(describeDifferences(unexpected)).toBe("");
  expect(contentAllowances.filter((allowance) => !used.has(allowance))).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "300 random commands of two sessions are answered as by Dovecot (seed %i)",
  {
    timeout: 120_000,
  },
  async (seed) => {
    const differences = await compareWithDovecot(generateSteps(seed, 300));
    expect(describeDifferences(sortDifferences(differences).unexpected.slice(0, 8))).toBe("");
  },
);
