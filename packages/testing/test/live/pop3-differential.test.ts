import { beforeAll, beforeEach, expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";
import { readInteropMessages } from "./interop-messages.js";
import { readLiveEnvironment } from "./live-environment.js";
import { emptyMaildrop, type Pop3Account, playAuthorization, playPop3 } from "./pop3-run.js";
import {
  authorizationSessions,
  generatePop3Steps,
  handWrittenPop3Steps,
  type Pop3Step,
} from "./pop3-steps.js";

/** Left out of the comparison, with the reason. Everything else is equal. */
const differences: ReadonlyMap<string, string> = new Map([
  [
    "AUTH NOPE",
    "Dovecot says [AUTH], which RFC 3206 §4 keeps for wrong credentials; here the mechanism is unknown",
  ],
]);

const live = readLiveEnvironment();
const account = live.users.find(({ user }) => user === "ursula");
if (account === undefined) throw new Error("The live servers have no account of that name");
const dovecot: Pop3Account = { port: live.pop3.port, user: account.user, password: account.password };
const messages = readInteropMessages().slice(0, 30);

/** Files messages as they are: LMTP would add header fields. */
async function appendToDovecot(): Promise<void> {
  const client = await LineClient.dial(live.imap.port);
  await client.hear();
  const settle = async (tag: string): Promise<void> => {
    for (let line = ""; !line.startsWith(`${tag} `); ) {
      line = await client.hear();
      if (line.startsWith(`${tag} `) && !line.startsWith(`${tag} OK`)) throw new Error(line);
    }
  };
  client.say(`a LOGIN ${dovecot.user} "${dovecot.password}"`);
  await settle("a");
  for (const [index, raw] of messages.entries()) {
    client.say(
      Buffer.concat([Buffer.from(`b${index} APPEND INBOX {${raw.length}+}\r\n`), raw, Buffer.from("\r\n")]),
    );
    await settle(`b${index}`);
  }
  client.close();
}

async function compare(steps: readonly Pop3Step[]): Promise<string[]> {
  await using mail = await startMailServers({
    accounts: [{ user: dovecot.user, password: dovecot.password, messages }],
  });
  const ours = await playPop3({ ...dovecot, port: mail.pop3.port }, steps);
  const theirs = await playPop3(dovecot, steps);
  return steps.flatMap((step, index) => {
    const [mine, other] = [ours[index], theirs[index]];
    if (mine === other) return [];
    return [
      `#${index} ${step}\n  ours:   ${JSON.stringify(mine)?.slice(0, 300)}\n  theirs: ${JSON.stringify(other)?.slice(0, 300)}`,
    ];
  });
}

beforeAll(() => emptyMaildrop(dovecot));
beforeEach(async () => {
  await emptyMaildrop(dovecot);
  await appendToDovecot();
});

test("sessions written by hand are answered as Dovecot answers them", { timeout: 120_000 }, async () => {
  const found = await compare(handWrittenPop3Steps);
  expect(found.join("\n")).toBe("");
});

test.each([1, 2, 3, 4, 5, 6])(
  "300 random commands are answered as by Dovecot (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    const found = await compare(generatePop3Steps(seed, 300, messages.length));
    expect(found.slice(0, 8).join("\n")).toBe("");
  },
);

test("logins, right and wrong, are answered as by Dovecot", { timeout: 120_000 }, async () => {
  await using mail = await startMailServers({
    accounts: [{ user: dovecot.user, password: dovecot.password, messages }],
  });
  const sessions = authorizationSessions.filter(([first = ""]) => !differences.has(first));
  const ours = await playAuthorization({ ...dovecot, port: mail.pop3.port }, sessions);
  expect(ours).toEqual(await playAuthorization(dovecot, sessions));
});
