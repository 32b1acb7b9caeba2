import { measureRatio, passOver } from "@mailwright/suite";
import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";
import { type ImapAnswer, ImapWireClient } from "../support/imap-wire-client.js";

const account = { user: "ada", password: "x" };

function createMessage(index: number): string {
  return `From: sender-${index % 50}@example.test\nTo: ada@example.test\nSubject: Message ${index}\nDate: Mon, 2 Nov 2026 10:00:00 +0000\nMessage-ID: <${index}@example.test>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText ${index}\n--b\nContent-Type: application/octet-stream\n\ndata\n--b--\n`;
}

async function timed<T>(run: () => Promise<T>): Promise<[result: T, elapsedMs: number]> {
  const start = performance.now();
  return [await run(), performance.now() - start];
}

test("all servers start and stop for as much work as passing over a few megabytes", async () => {
  const start = async (): Promise<void> => (await startMailServers({ accounts: [account] })).stop();
  const { ratio, told } = await measureRatio(start, passOver(1_000_000), { bar: 60 });
  expect(ratio, told).toBeLessThan(60);
});

test("a mailbox of 10 000 messages is opened, listed, searched, flagged and emptied", {
  timeout: 120_000,
}, async () => {
  const count = 10_000;
  await using mail = await startMailServers({ accounts: [account] });
  const figures: string[] = [];
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  const measure = async (label: string, command: string): Promise<ImapAnswer> => {
    const [answer, elapsedMs] = await timed(() => client.send(command));
    figures.push(`${label} ${Math.round(elapsedMs)} ms`);
    expect(answer.status).toBe("OK");
    return answer;
  };
  const [, deliveryMs] = await timed(async () => {
    for (let index = 0; index < count; index += 1) mail.store.deliver("ada", createMessage(index));
  });
  figures.push(`deliver ${Math.round(deliveryMs)} ms`);
  await client.send("LOGIN ada x");
  await measure("select", "SELECT INBOX");
  expect((await measure("flags", "UID FETCH 1:* (UID FLAGS)")).untagged).toHaveLength(count);
  expect((await measure("envelopes", "FETCH 1:* (ENVELOPE BODYSTRUCTURE)")).untagged).toHaveLength(count);
  const [found] = (await measure("search", "UID SEARCH SUBJECT 999 BODY Text")).untagged;
  expect(found).toHaveLength(1 + 19);
  expect((await measure("store", "STORE 1:* +FLAGS (\\Deleted)")).untagged).toHaveLength(count);
  expect((await measure("expunge", "EXPUNGE")).untagged).toHaveLength(count);
  client.close();
  console.log(`${count} messages: ${figures.join(", ")}`);
});

test("200 sessions of one account all hear of an arrival and each gets its answers", {
  timeout: 120_000,
}, async () => {
  const count = 200;
  await using mail = await startMailServers({ accounts: [{ ...account, messages: [createMessage(0)] }] });
  const [clients, openMs] = await timed(() =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const client = await ImapWireClient.open(mail.host, mail.imap.port);
        await client.send("LOGIN ada x");
        await client.send("SELECT INBOX");
        return client;
      }),
    ),
  );
  mail.store.deliver("ada", createMessage(1));
  const [answers, pollMs] = await timed(() => Promise.all(clients.map((client) => client.send("NOOP"))));
  for (const { untagged } of answers) expect(untagged[0]).toEqual(["2", "EXISTS"]);
  const [, storeMs] = await timed(() =>
    Promise.all(clients.map((client, index) => client.send(`UID STORE 1 +FLAGS (k${index})`))),
  );
  expect(mail.store.messages("ada")[0]?.flags.size).toBe(count);
  for (const client of clients) client.close();
  console.log(
    `${count} sessions: open ${Math.round(openMs)} ms, NOOP ${Math.round(pollMs)} ms, STORE ${Math.round(storeMs)} ms`,
  );
});
