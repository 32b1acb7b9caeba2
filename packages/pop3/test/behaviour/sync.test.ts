import type { SyncCursor } from "@mailwright/core";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3SyncOptions } from "../../src/sync/sync-options.js";
import { ADA, message, setUpPop3 } from "../support/pop3-set-up.js";

interface Outcome {
  readonly added: string[];
  readonly removed: number;
  readonly unfetchable: number;
  readonly reset: number;
  readonly batches: number;
  readonly cursor: SyncCursor | undefined;
}

/** Syncs and acknowledges everything, the cursor through JSON as callers store it. */
async function sync(pop3: Pop3Client, options: Pop3SyncOptions = {}): Promise<Outcome> {
  const added: string[] = [];
  let { cursor } = options;
  let [removed, unfetchable, reset, batches] = [0, 0, 0, 0];
  for await (const batch of pop3.sync(options)) {
    batches++;
    for (const event of batch.events) {
      if (event.type === "added") added.push(subjectOf(event.message.source));
      else if (event.type === "removed") removed += event.ids.length;
      else if (event.type === "unfetchable") unfetchable += event.ids.length;
      else if (event.type === "reset") reset++;
    }
    const before = JSON.stringify(batch.cursor);
    await batch.acknowledge();
    expect(JSON.stringify(batch.cursor)).toBe(before);
    cursor = JSON.parse(before);
  }
  return { added, removed, unfetchable, reset, batches, cursor };
}

function subjectOf(source: Buffer | undefined): string {
  return /Subject: (.*)\r/.exec(source?.toString() ?? "")?.[1] ?? "(none)";
}

const THREE = [message("one"), message("two"), message("three")];

describe("sync", () => {
  test("brings everything first, then only what is new, and tells what is gone", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    const first = await sync(pop3);
    expect(first).toMatchObject({ added: ["one", "two", "three"], removed: 0, batches: 1 });
    mail.store.deliver(ADA.user, message("four"));
    await pop3.deleteMessage(1);
    const second = await sync(pop3, { cursor: first.cursor });
    expect(second).toMatchObject({ added: ["four"], removed: 1 });
    const third = await sync(pop3, { cursor: second.cursor });
    expect(third).toMatchObject({ added: [], removed: 0, batches: 0 });
  });

  test("an unchanged mailbox costs the same few round trips whatever its size", async () => {
    const trips: number[] = [];
    for (const size of [3, 300]) {
      await using mail = await setUpPop3(Array.from({ length: size }, (_, index) => message(`m${index}`)));
      const { cursor } = await sync(mail.client());
      let writes = 0;
      const pop3 = mail.client({
        transcript: ({ direction }) => {
          if (direction === "client") writes++;
        },
      });
      await sync(pop3, { cursor });
      trips.push(writes);
    }
    expect(trips[0]).toBe(trips[1]);
  });

  test("what is not acknowledged comes again", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    let cursor: SyncCursor | undefined;
    let count = 0;
    for await (const batch of pop3.sync({ batchMessages: 1 })) {
      if (++count === 2) {
        await batch.acknowledge();
        cursor = batch.cursor;
      }
    }
    expect(count).toBe(3);
    expect((await sync(pop3, { cursor })).added).toEqual(["one", "three"]);
  });

  test("batches keep to the limits of messages and bytes", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    expect((await sync(pop3, { batchMessages: 2 })).batches).toBe(2);
    expect((await sync(pop3, { batchBytes: 1 })).batches).toBe(3);
  });

  test("brings headers or identities alone when asked", async () => {
    await using mail = await setUpPop3([message("one", "a body of its own")]);
    const pop3 = mail.client();
    for await (const { events } of pop3.sync({ body: "headers" })) {
      const [event] = events;
      expect(event?.type === "added" && event.message.source?.toString()).toMatch(
        /Subject: one\r\n.*\r\n\r\n$/s,
      );
    }
    for await (const { events } of pop3.sync({ body: "none" })) {
      expect(events).toMatchObject([{ type: "added", message: { source: undefined } }]);
    }
  });

  test("a message that is refused is unfetchable, neither removed nor in the way, and tried again", async () => {
    await using mail = await setUpPop3(THREE, { quirks: { refuseRetrieval: [2] } });
    const pop3 = mail.client();
    const first = await sync(pop3);
    expect(first).toMatchObject({ added: ["one", "three"], unfetchable: 1, removed: 0 });
    const second = await sync(pop3, { cursor: first.cursor });
    expect(second).toMatchObject({ added: [], unfetchable: 1, removed: 0 });
  });

  test.each([
    ["missing", { omitUidls: [2] }, []],
    ["given twice", { duplicateUidls: true }, []],
    ["not there at all", {}, ["UIDL"]],
    ["not there at all, nor TOP", {}, ["UIDL", "TOP"]],
  ] as const)("UIDLs that are %s are replaced by digests", async (_what, quirks, disable) => {
    await using mail = await setUpPop3([...THREE, THREE[1] ?? ""], { quirks, disable: [...disable] });
    const pop3 = mail.client();
    const first = await sync(pop3);
    expect(first.added).toEqual(["one", "two", "three", "two"]);
    mail.store.deliver(ADA.user, message("five"));
    await pop3.deleteMessage(3);
    const second = await sync(pop3, { cursor: first.cursor });
    expect(second).toMatchObject({ added: ["five"], removed: 1, unfetchable: 0 });
    expect(await sync(pop3, { cursor: second.cursor })).toMatchObject({ batches: 0 });
  });

  test("a message without a UIDL whose header is refused is neither removed nor new", async () => {
    const options = { quirks: { refuseRetrieval: [2] }, disable: ["UIDL"] as const };
    await using sound = await setUpPop3(THREE, { disable: ["UIDL"] });
    const { cursor } = await sync(sound.client());
    await using mail = await setUpPop3(THREE, { ...options, disable: [...options.disable] });
    const second = await sync(mail.client(), { cursor });
    expect(second).toMatchObject({ added: [], removed: 0, unfetchable: 1, batches: 1 });
    expect(await sync(sound.client(), { cursor: second.cursor })).toMatchObject({ batches: 0 });
  });

  test("a cursor that cannot be read starts over with a reset", async () => {
    await using mail = await setUpPop3(THREE);
    const cursor = { version: 99, protocol: "pop3", state: {} } as const;
    expect(await sync(mail.client(), { cursor })).toMatchObject({ added: ["one", "two", "three"], reset: 1 });
    const foreign = { version: 1, protocol: "imap", state: {} } as const;
    expect(await sync(mail.client(), { cursor: foreign })).toMatchObject({ reset: 1 });
  });

  test("leaveOnServerDays 0 deletes what is acknowledged, and does not report it as removed", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    const first = await sync(pop3, { leaveOnServerDays: 0 });
    expect(first.added).toHaveLength(3);
    expect(mail.subjects()).toEqual([]);
    mail.store.deliver(ADA.user, message("four"));
    const second = await sync(pop3, { cursor: first.cursor, leaveOnServerDays: 0 });
    expect(second).toMatchObject({ added: ["four"], removed: 0 });
    expect(mail.subjects()).toEqual([]);
  });

  test("leaveOnServerDays keeps young messages, and those that were not acknowledged", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    const { cursor } = await sync(pop3, { leaveOnServerDays: 7 });
    expect(mail.subjects()).toHaveLength(3);
    for await (const _batch of pop3.sync({ leaveOnServerDays: 0 }));
    expect(mail.subjects()).toHaveLength(3);
    const aged = JSON.parse(
      JSON.stringify(cursor).replace(/"(\d{5})":/g, (_all, day) => `"${Number(day) - 7}":`),
    );
    mail.store.deliver(ADA.user, message("four"));
    const later = await sync(pop3, { cursor: aged, leaveOnServerDays: 7 });
    expect(later).toMatchObject({ added: ["four"], removed: 0 });
    expect(mail.subjects()).toEqual(["four"]);
    expect(await sync(pop3, { cursor: later.cursor, leaveOnServerDays: 7 })).toMatchObject({
      added: [],
      removed: 0,
    });
  });

  test("leaving the iteration early deletes nothing and lets go of the mailbox", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    for await (const batch of pop3.sync({ batchMessages: 1, leaveOnServerDays: 0 })) {
      await batch.acknowledge();
      break;
    }
    expect(await pop3.stat()).toMatchObject({ count: 3 });
  });

  test("what is flagged for deletion and still there is deleted without another word", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    let cursor: SyncCursor | undefined;
    for await (const batch of pop3.sync({ leaveOnServerDays: 0 })) {
      await batch.acknowledge();
      cursor = batch.cursor;
      break;
    }
    expect(mail.subjects()).toHaveLength(3);
    expect(await sync(pop3, { cursor, leaveOnServerDays: 0 })).toMatchObject({ batches: 0 });
    expect(mail.subjects()).toEqual([]);
  });

  test("what was handed out and not acknowledged yet is not handed out again when the session is lost", async () => {
    await using mail = await setUpPop3(THREE);
    await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.port } });
    const server = { host: "127.0.0.1", port: proxy.port, security: "none" } as const;
    const onRetry = (): void => void proxy.setFaults({ cut: undefined });
    const pop3 = mail.client({
      server,
      retry: { attempts: 3, backoff: () => 0, onRetry },
      limits: { windowBytes: 1 },
    });
    const seen: string[] = [];
    for await (const { events } of pop3.sync({ batchMessages: 1 })) {
      for (const event of events) if (event.type === "added") seen.push(subjectOf(event.message.source));
      await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 0, with: "rst" } });
    }
    expect(seen).toEqual(["one", "two", "three"]);
  });

  test("a connection cut at every step is opened again: nothing lost, nothing handed out twice", async () => {
    const messages = Array.from({ length: 6 }, (_, index) => message(`m${index}`));
    await using mail = await setUpPop3(messages);
    const expected = messages.map((_, index) => `m${index}`);
    let loginBytes = 0;
    await using straight = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.port } });
    const measured = mail.client({
      server: { host: "127.0.0.1", port: straight.port, security: "none" },
      transcript: ({ text }) => {
        if (text === "STAT") loginBytes = straight.bytes.toClient;
      },
    });
    await sync(measured);
    const steps = [0, 40, loginBytes - 10];
    for (let at = loginBytes; at < straight.bytes.toClient; at += 23) steps.push(at);
    let cuts = 0;
    for (const afterBytes of steps) {
      await using proxy = await startFaultProxy({
        target: { host: "127.0.0.1", port: mail.port },
        cut: { direction: "toClient", afterBytes, with: afterBytes % 2 === 0 ? "fin" : "rst" },
      });
      const pop3 = mail.client({
        server: { host: "127.0.0.1", port: proxy.port, security: "none" },
        retry: {
          attempts: 3,
          backoff: () => 0,
          onRetry: () => {
            cuts++;
            void proxy.setFaults({ cut: undefined });
          },
        },
      });
      expect((await sync(pop3, { batchMessages: 2 })).added, `cut after ${afterBytes} bytes`).toEqual(
        expected,
      );
    }
    expect(loginBytes).toBeGreaterThan(100);
    expect(cuts).toBeGreaterThan(steps.length - 10);
  });
});
