import { fixedBackoff } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { type OutgoingMessage, SmtpClient } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Flow", text: "body\n" };
const numbered = (n: number): OutgoingMessage => ({ ...MESSAGE, subject: `Message ${n}` });

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
