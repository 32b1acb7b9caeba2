import { setTimeout as sleep } from "node:timers/promises";
import { fixedBackoff } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import {
  createSmtpPool,
  type DeliveryLedger,
  type OutgoingMessage,
  type RenderedMessage,
  SmtpClient,
} from "../../src/index.js";
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

describe("connections", () => {
  test("are reused, without RSET after a message that was accepted, with RSET after one that was not", async () => {
    await using server = await recordingServer({
      at: (point, line) => (point === "rcpt" && line.includes("nobody") ? "550 5.1.1 no" : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    await smtp.send(MESSAGE);
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(0);
    await smtp.send({ ...MESSAGE, to: "nobody@example.org" });
    await smtp.send(MESSAGE);
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(1);
    expect(server.connections).toBe(1);
    expect(smtp.stats()).toMatchObject({
      created: 1,
      reused: 3,
      idle: 1,
      messages: { accepted: 3, rejected: 1 },
    });
  });

  test("that the server ended while idle are replaced, and the sender sees nothing of it", async () => {
    for (const farewell of ["", "421 4.4.2 idle for too long\r\n"]) {
      await using server = await recordingServer();
      await using smtp = testClient(server.port);
      await smtp.send(MESSAGE);
      server.hangUp(farewell);
      const result = await smtp.send(MESSAGE);
      expect(result).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
      expect(server.connections).toBe(2);
    }
  });

  test("that died unnoticed are replaced within the same attempt", async () => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 1 ? { do: "rst" } : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
    expect(server.connections).toBe(2);
  });

  test("that say goodbye to the first command are replaced too, once", async () => {
    const goodbye = "421 4.4.2 idle for too long";
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 1 ? goodbye : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });

    await using strict = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count > 0 ? goodbye : undefined),
    });
    await using refused = testClient(strict.port);
    await refused.send(MESSAGE);
    expect(await refused.send(MESSAGE)).toMatchObject({ status: "deferred", attempts: [{ phase: "mail" }] });
    expect(strict.connections).toBe(2);
  });

  test("that cannot be reset are replaced within the same attempt", async () => {
    for (const action of ["502 5.5.1 what?", { do: "rst" } as const]) {
      await using server = await recordingServer({
        at: (point, line) => {
          if (point === "rset") return action;
          return point === "rcpt" && line.includes("nobody") ? "550 5.1.1 no" : undefined;
        },
      });
      await using smtp = testClient(server.port);
      await smtp.send({ ...MESSAGE, to: "nobody@example.org" });
      expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
      expect(server.connections).toBe(2);
    }
  });

  test("are checked after a time idle", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { pool: { checkAfterIdleMs: 1 } });
    await smtp.send(MESSAGE);
    await sleep(20);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(1);
  });

  test("end by QUIT after their share of messages, and when the client closes", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port, { pool: { maxUses: 2, maxPerKey: 1 } });
    for (let n = 0; n < 3; n++) await smtp.send(MESSAGE);
    await smtp.close();
    expect(server.connections).toBe(2);
    expect(server.commands.filter((line) => line === "QUIT")).toHaveLength(2);
    await until(() => server.open === 0);
  });

  test("stay within the cap, and the rest waits", async () => {
    let most = 0;
    await using server = await recordingServer({
      at: (point) => {
        if (point === "mail") most = Math.max(most, server.open);
        return undefined;
      },
    });
    await using smtp = testClient(server.port, { pool: { maxPerKey: 3 } });
    const results = await Promise.all(Array.from({ length: 40 }, (_, n) => smtp.send(numbered(n))));
    expect(results.every(({ status }) => status === "accepted")).toBe(true);
    expect(most).toBe(3);
    expect(server.stored).toHaveLength(40);
  });

  test("that the server refuses as too many lower the cap; the messages queue", async () => {
    let refused = 0;
    await using server = await recordingServer({
      at: (point) => {
        if (point !== "greeting" || server.open <= 2) return undefined;
        refused += 1;
        return "421 4.7.0 too many connections";
      },
    });
    await using smtp = testClient(server.port, { pool: { maxPerKey: 6 } });
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => smtp.send(numbered(n))));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(refused).toBeGreaterThan(0);
    expect(smtp.stats().effectiveCap).toBeLessThan(6);
    expect(server.stored).toHaveLength(30);
  });

  test("that the server refuses while all of them are dialled at once lower the cap as well", async () => {
    let refused = 0;
    await using server = await recordingServer({
      at: (point) => {
        if (point !== "greeting" || server.open <= 2) return undefined;
        refused += 1;
        return "421 4.7.0 too many connections";
      },
    });
    await using smtp = testClient(server.port, { pool: { maxPerKey: 6 } });
    // The account is known to be good, and no connection is left: so many are dialled side by side.
    await smtp.connect();
    server.hangUp("");
    await until(() => smtp.stats().open === 0);
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => smtp.send(numbered(n))));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(smtp.stats().effectiveCap).toBeLessThanOrEqual(2);
    expect(refused).toBe(4);
  });

  test("can be shared by several clients of one account, and outlive each of them", async () => {
    await using server = await recordingServer();
    await using pool = createSmtpPool({ maxPerKey: 1 });
    const first = testClient(server.port, { pool });
    const second = testClient(server.port, { pool });
    await first.send(MESSAGE);
    await second.send(MESSAGE);
    expect(server.connections).toBe(1);
    await first.close();
    expect((await second.send(MESSAGE)).status).toBe("accepted");
    await second.close();
  });

  test("are made beforehand by connect()", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    await smtp.connect();
    expect(smtp.stats()).toMatchObject({ created: 1, idle: 1 });
    await smtp.send(MESSAGE);
    expect(server.connections).toBe(1);
  });
});

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

describe("the queue", () => {
  test("is bounded: a message too many is not sent, and says so", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 }, limits: { maxQueued: 2 } });
    const results = await Promise.all(Array.from({ length: 8 }, (_, n) => smtp.send(numbered(n))));
    const statuses = results.map(({ status }) => status);
    expect(statuses.filter((status) => status === "accepted")).toHaveLength(5);
    const refused = results.filter(({ status }) => status === "not-sent");
    expect(refused[0]).toMatchObject({
      retryable: true,
      attempts: [{ phase: "queue", error: { code: "limit" } }],
    });
    expect(refused[0]?.recipients).toMatchObject([{ address: "bob@example.org", status: "not-sent" }]);
  });

  test("does not wait behind messages that are between two attempts", async () => {
    await using server = await recordingServer({
      at: (point, line) => (point === "mail" && line.includes("slow") ? "451 4.3.0 later" : undefined),
    });
    await using smtp = testClient(server.port, {
      pool: { maxPerKey: 1 },
      retry: { attempts: 2, backoff: fixedBackoff([3_600_000]) },
    });
    const enough = new AbortController();
    const slow = Array.from({ length: 6 }, () =>
      smtp.send({ ...MESSAGE, from: "slow@example.com" }, { signal: enough.signal }),
    );
    await until(() => server.commands.filter((line) => line.startsWith("MAIL")).length === slow.length);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    enough.abort();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(slow.map(() => "deferred"));
  });
});

describe("rates", () => {
  test("keep messages and recipients under their limits", async () => {
    for (const rate of [
      { messages: { limit: 4, intervalMs: 200 } },
      { recipients: { limit: 8, intervalMs: 200 } },
    ]) {
      await using server = await recordingServer();
      await using smtp = testClient(server.port, { rateLimits: rate });
      const startedAt = performance.now();
      const sends = Array.from({ length: 12 }, (_, n) =>
        smtp.send({ ...numbered(n), cc: "carol@example.org" }),
      );
      expect((await Promise.all(sends)).every(({ status }) => status === "accepted")).toBe(true);
      expect(performance.now() - startedAt).toBeGreaterThan(390);
    }
  });

  test.each(["450 4.7.28 too fast", "432 4.3.2 Concurrent connections limit exceeded"])(
    "fall when the server says slow down: %s",
    async (reply) => {
      const times: number[] = [];
      await using server = await recordingServer({
        at: (point, _line, count) => {
          if (point !== "mail") return undefined;
          times.push(performance.now());
          return count === 0 ? reply : undefined;
        },
      });
      await using smtp = testClient(server.port);
      expect((await smtp.send(MESSAGE)).status).toBe("deferred");
      expect((await smtp.send(MESSAGE)).status).toBe("accepted");
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
    },
  );
});

describe("close", () => {
  test("lets messages under way finish and refuses new ones", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = Array.from({ length: 5 }, (_, n) => smtp.send(numbered(n)));
    const closing = smtp.close();
    await expect(smtp.send(MESSAGE)).rejects.toMatchObject({ code: "closed" });
    expect((await Promise.all(sends)).every(({ status }) => status === "accepted")).toBe(true);
    await closing;
    await until(() => server.open === 0);
  });

  test("cuts short what does not finish in time, and its result says how far it came", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "end" ? { do: "silence" } : undefined),
    });
    const smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = [smtp.send(MESSAGE), smtp.send(MESSAGE)];
    await until(() => server.stored.length === 1);
    await smtp.close({ graceMs: 50 });
    expect((await Promise.all(sends)).map(({ status }) => status)).toEqual(["unknown", "not-sent"]);
    await until(() => server.open === 0);
  });
});

describe("a server that will not talk now", () => {
  test("makes the message deferred after the tries of the policy", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "greeting" ? "421 4.3.2 too busy" : undefined),
    });
    await using smtp = new SmtpClient({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      from: "ada@example.com",
      retry: { attempts: 2, backoff: fixedBackoff([10]) },
    });
    const result = await smtp.send(MESSAGE);
    expect(result).toMatchObject({
      status: "deferred",
      response: { code: "421", enhancedCode: "4.3.2" },
      attempts: [{ phase: "greeting", error: { code: "throttled" } }, { phase: "greeting" }],
    });
  });
});
