import { startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3SyncOptions } from "../../src/sync/sync-options.js";
import { errorOf, message, type Pop3SetUp, setUpPop3 } from "../support/pop3-set-up.js";

/** A message that a server without dot-stuffing ends in its middle. */
const cutShort = (subject: string): string => message(subject, "before\r\n.\r\nbehind it\r\nand more");

const MESSAGES = [
  message("m1"),
  cutShort("bad"),
  message("m3"),
  message("m4"),
  cutShort("worse"),
  message("m6"),
];
const GOOD = ["m1", "m3", "m4", "m6"];

const subjectOf = (source: Buffer | undefined): string => /Subject: (.*)\r/.exec(String(source))?.[1] ?? "";

async function syncAll(
  mail: Pop3SetUp,
  options: Pop3SyncOptions,
): Promise<{ added: string[]; failed: number }> {
  const added: string[] = [];
  let failed = 0;
  for await (const { events, acknowledge } of mail.client().sync(options)) {
    for (const event of events) {
      if (event.type === "added") added.push(subjectOf(event.message.source));
      else if (event.type === "unfetchable") {
        failed += event.ids.length;
        expect(event.error).toMatchObject({ code: "protocol" });
      } else throw new Error(`Unexpected: ${event.type}`);
    }
    await acknowledge();
  }
  return { added, failed };
}

describe.each([
  ["with PIPELINING", []],
  ["without PIPELINING", ["PIPELINING"]],
] as const)("messages that the server does not dot-stuff, %s", (_what, disabled) => {
  const options = { disable: [...disabled], quirks: { omitDotStuffing: true } };

  test("are unfetchable in a sync, and in nobody's way", async () => {
    await using mail = await setUpPop3(MESSAGES, options);
    expect(await syncAll(mail, {})).toEqual({ added: GOOD, failed: 2 });
    expect(await syncAll(mail, { batchMessages: 1 })).toEqual({ added: GOOD, failed: 2 });
  });

  test("are never handed out cut short when they come last", async () => {
    await using mail = await setUpPop3([message("m1"), cutShort("bad")], options);
    expect(await syncAll(mail, {})).toEqual({ added: ["m1"], failed: 1 });
    await using alone = await setUpPop3([cutShort("bad")], options);
    expect(await syncAll(alone, {})).toEqual({ added: [], failed: 1 });
  });

  test("fail alone when several are fetched by number", async () => {
    await using mail = await setUpPop3(MESSAGES, options);
    const pop3 = mail.client();
    const { items } = await pop3.fetchMessages([1, 2, 3, 4, 5, 6, 99]);
    const outcome = items.map((item) => (item.ok ? subjectOf(item.value.source) : item.error.code));
    expect(outcome).toEqual(["m1", "protocol", "m3", "m4", "protocol", "m6", "not-found"]);
  });

  test("end a session, which says which ones came before", async () => {
    await using mail = await setUpPop3(MESSAGES, options);
    await mail.client().session(async (box) => {
      const { items } = await box.fetchMessages([1, 2, 3]);
      expect(items).toMatchObject([
        { key: 1, ok: true },
        { key: 2, ok: false, error: { code: "protocol", connectionBroken: true } },
        { key: 3, ok: false, error: { connectionBroken: true } },
      ]);
    });
    const seen: number[] = [];
    const work = mail.client().session(async (box) => {
      for await (const { number } of box.messages()) seen.push(number);
    });
    expect(await errorOf(work)).toMatchObject({ code: "protocol" });
    expect(seen).toEqual([1]);
  });
});

test("a message that is larger than it was said to be is unfetchable in a sync, and in nobody's way", async () => {
  const messages = [message("m1"), message("bad", "x".repeat(9_000)), message("m3")];
  await using mail = await setUpPop3(messages, { quirks: { zeroSizes: true } });
  const told: string[] = [];
  const pop3 = mail.client({ limits: { maxMessageBytes: 5_000 } });
  for await (const { events } of pop3.sync()) {
    for (const event of events) {
      told.push(event.type === "added" ? subjectOf(event.message.source) : event.type);
    }
  }
  expect(told).toEqual(["m1", "unfetchable", "m3"]);
});

test("a server that cannot bear several commands at a time is asked one by one, for the rest of the sync", async () => {
  const login = `
    S: +OK ready
    C: CAPA
    S: +OK
    S: PIPELINING
    S: UIDL
    S: USER
    S: .
    C: USER ada
    S: +OK
    C: PASS s3cret
    S: +OK
    C: CAPA
    S: +OK
    S: PIPELINING
    S: UIDL
    S: .
    C: STAT
    C: LIST
    C: UIDL
    S: +OK 3 60
    S: +OK
    S: 1 20
    S: 2 20
    S: 3 20
    S: .
    S: +OK
    S: 1 a
    S: 2 b
    S: 3 c
    S: .`;
  const one = (number: number): string => `
    C: RETR ${number}
    S: +OK
    S: Subject: m${number}
    S:
    S: .
    C: NOOP
    S: +OK`;
  const confused = `${login}
    C: RETR 1
    C: RETR 2
    C: RETR 3
    C: NOOP
    S: +OK
    S: Subject: m1
    S:
    S: .
    S: ?
    CLOSE:`;
  const patient = `${login}${one(1)}${one(2)}${one(3)}
    C: QUIT
    S: +OK`;
  await using server = await startScriptedServer({ connections: [confused, patient] });
  await using pop3 = new Pop3Client({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "s3cret" },
    retry: { attempts: 1 },
  });
  const added: string[] = [];
  for await (const { events } of pop3.sync()) {
    for (const event of events) if (event.type === "added") added.push(subjectOf(event.message.source));
  }
  expect(added).toEqual(["m1", "m2", "m3"]);
});
