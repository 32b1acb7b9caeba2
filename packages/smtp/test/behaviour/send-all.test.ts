import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { DeliveryLedger, OutgoingMessage, RenderedMessage } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Flow", text: "body\n" };
const numbered = (n: number): OutgoingMessage => ({ ...MESSAGE, subject: `Message ${n}` });

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const subjectOf = (body: string): string => /^Subject: (.*)\r$/m.exec(body)?.[1] ?? "";

describe("sendAll", () => {
  test("yields in the order of the messages, pulling no more than it works on", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { pool: { maxPerKey: 2 } });
    let pulled = 0;
    let taken = 0;
    let ahead = 0;
    const source = function* (): Generator<OutgoingMessage> {
      for (; pulled < 50; pulled++) {
        ahead = Math.max(ahead, pulled - taken);
        yield numbered(pulled);
      }
    };
    const indexes: number[] = [];
    for await (const result of smtp.sendAll(source())) {
      taken += 1;
      expect(result.status).toBe("accepted");
      indexes.push(result.index);
      await sleep(1);
    }
    expect(indexes).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(ahead).toBeLessThanOrEqual(6);
    expect(server.stored.map(({ body }) => subjectOf(body)).sort()).toEqual(
      Array.from({ length: 50 }, (_, n) => `Message ${n}`).sort(),
    );
  });

  test("yields as messages complete when asked to, bad ones among them", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const messages = [numbered(0), { ...MESSAGE, to: "nonsense" }, numbered(2)];
    const statuses: string[] = [];
    const source = (async function* () {
      yield* messages;
    })();
    for await (const { index, status } of smtp.sendAll(source, { order: "completion" }))
      statuses[index] = status;
    expect(statuses).toEqual(["accepted", "invalid", "accepted"]);
  });

  test("names each send by its key, and the ledger hears it", async () => {
    await using server = await recordingServer();
    const begun = new Map<string | undefined, string>();
    const ledger: DeliveryLedger = {
      begin: ({ idempotencyKey, messageId }) => void begun.set(idempotencyKey, messageId),
      finish: () => {},
    };
    await using smtp = testClient(server.port, { ledger });
    const rendered = await smtp.renderMessage(numbered(1));
    const messages = [numbered(0), rendered, numbered(2), numbered(0), numbered(4)];
    const keyed = messages.map((message, index) => ({ message, key: index === 3 ? "k0" : `k${index}` }));
    const idempotencyKey = (
      message: OutgoingMessage | RenderedMessage,
      index: number,
    ): string | undefined => {
      expect(message).toBe(messages[index]);
      return index === 4 ? undefined : keyed[index]?.key;
    };
    const results = await collect(smtp.sendAll(messages, { idempotencyKey }));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill("accepted"));
    expect([...begun.keys()].sort()).toEqual(["k0", "k1", "k2", undefined]);
    expect(begun.get("k1")).toBe(rendered.messageId);
    // The fourth has the name of the first, and so is the same send.
    expect(server.stored).toHaveLength(4);
    expect(results[3]?.messageId).toBe(results[0]?.messageId);
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect((await smtp.send(numbered(2), { idempotencyKey: "k2" })).messageId).toBe(results[2]?.messageId);
    expect(server.stored).toHaveLength(4);
  });

  test("ends as with a failing source when a key cannot be made", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const idempotencyKey = (_message: unknown, index: number): string => {
      if (index === 1) throw new Error("no key");
      return `k${index}`;
    };
    const taken: number[] = [];
    const sending = async (): Promise<void> => {
      for await (const { index } of smtp.sendAll([0, 1, 2].map(numbered), { idempotencyKey, concurrency: 1 }))
        taken.push(index);
    };
    await expect(sending()).rejects.toThrow("no key");
    expect(taken).toEqual([0]);
  });

  test("keeps the index of a result as JSON", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const results = await collect(smtp.sendAll([numbered(0), { ...MESSAGE, to: "nonsense" }]));
    expect(JSON.parse(JSON.stringify(results))).toMatchObject([
      { index: 0, status: "accepted", messageId: results[0]?.messageId },
      { index: 1, status: "invalid", problems: [{ path: "to" }] },
    ]);
  });

  test("finishes what is under way when it is left early, and takes nothing more", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    let isReturned = false;
    const source = (function* () {
      try {
        for (let n = 0; ; n++) yield numbered(n);
      } finally {
        isReturned = true;
      }
    })();
    for await (const _ of smtp.sendAll(source, { concurrency: 3 })) break;
    expect(isReturned).toBe(true);
    expect(smtp.stats().inFlight).toBe(0);
    expect(server.stored.length).toBeLessThanOrEqual(3);
  });

  test("rejects when the client is closed meanwhile, and ends no process", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const source = (function* () {
      for (let n = 0; ; n++) yield numbered(n);
    })();
    const run = async (): Promise<void> => {
      for await (const { index } of smtp.sendAll(source)) if (index === 1) void smtp.close();
    };
    await expect(run()).rejects.toMatchObject({ code: "closed" });
    await smtp.close();
  });

  test("yields results while its source has nothing more yet", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    for (const order of ["input", "completion"] as const) {
      let acknowledge = (): void => {};
      const source = (async function* () {
        for (let n = 0; n < 3; n++) {
          const acknowledged = new Promise<void>((resolve) => {
            acknowledge = resolve;
          });
          yield numbered(n);
          await acknowledged;
        }
      })();
      const indexes: number[] = [];
      for await (const { index } of smtp.sendAll(source, { order, concurrency: 4 })) {
        indexes.push(index);
        acknowledge();
      }
      expect(indexes).toEqual([0, 1, 2]);
    }
  });

  test("ends by its signal though its source waits, with the results of what was under way", async () => {
    const ended = new AbortController();
    await using server = await recordingServer({
      at: (point) => {
        if (point !== "end") return undefined;
        setTimeout(() => ended.abort(), 50);
        return { do: "silence" };
      },
    });
    await using smtp = testClient(server.port);
    const source = (async function* () {
      yield numbered(0);
      await new Promise(() => {});
    })();
    const statuses: string[] = [];
    const run = async (): Promise<void> => {
      for await (const { status } of smtp.sendAll(source, { signal: ended.signal })) statuses.push(status);
    };
    await expect(run()).rejects.toMatchObject({ code: "aborted" });
    expect(statuses).toEqual(["unknown"]);
  });

  test("yields the results of the sends under way before it passes on the failure of its source", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const failing = {
      async *async(): AsyncGenerator<OutgoingMessage> {
        yield numbered(0);
        throw new Error("no more");
      },
      *sync(): Generator<OutgoingMessage> {
        yield numbered(0);
        throw new Error("no more");
      },
    };
    for (const source of [failing.async(), failing.sync()]) {
      const statuses: string[] = [];
      const run = async (): Promise<void> => {
        for await (const { status } of smtp.sendAll(source)) statuses.push(status);
      };
      await expect(run()).rejects.toThrow("no more");
      expect(statuses).toEqual(["accepted"]);
      expect(smtp.stats().inFlight).toBe(0);
    }
    expect(server.stored).toHaveLength(2);
  });
});
