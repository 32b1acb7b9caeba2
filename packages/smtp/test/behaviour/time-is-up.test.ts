import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fixedBackoff } from "@mailwright/core";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage } from "../../src/index.js";
import { type Point, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Late", text: "body\n" };
const TIMEOUT = { timeoutMs: 150 };

describe("a send whose time is up", () => {
  const points: readonly (readonly [phase: string, point: Point])[] = [
    ["connect", "greeting"],
    ["mail", "mail"],
    ["rcpt", "rcpt"],
    ["data", "data"],
  ];

  test.each(points)("says that it was in %s", async (phase, silent) => {
    await using server = await recordingServer({
      at: (point) => (point === silent ? { do: "silence" } : undefined),
    });
    await using smtp = testClient(server.port, { retry: { attempts: 3 } });
    const { attempts, status } = await smtp.send(MESSAGE, TIMEOUT);
    expect(status).toBe("not-sent");
    expect(attempts).toMatchObject([{ phase, error: { code: "timeout", phase } }]);
    expect(attempts[0]?.error?.message).toBe(`The send took longer than 150 ms (${phase})`);
  });

  test("waiting for a connection says why none could be opened", async () => {
    await using server = await recordingServer({
      at: (point, _line, count) => {
        if (point === "greeting" && count > 0) return "421 4.7.0 Too many connections";
        return point === "mail" ? { do: "silence" } : undefined;
      },
    });
    await using smtp = testClient(server.port, { pool: { maxPerKey: 2 } });
    const first = smtp.send(MESSAGE, { timeoutMs: 600 });
    const { attempts, status, retryable } = await smtp.send(MESSAGE, { timeoutMs: 300 });
    expect({ status, retryable }).toEqual({ status: "not-sent", retryable: true });
    expect(attempts).toMatchObject([
      {
        phase: "acquire",
        error: {
          code: "timeout",
          phase: "acquire",
          message: expect.stringContaining(
            "the last attempt failed: The server refused for now (greeting): 421",
          ),
          cause: { code: "throttled", server: { code: "421" } },
        },
      },
    ]);
    await first;
  });

  test("waiting for its turn, for its contents or for the rate says so", async () => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 0 ? { do: "silence" } : undefined),
    });
    const pool = { maxPerKey: 1 };
    await using busy = testClient(server.port, { pool });
    const others = [busy.send(MESSAGE, { timeoutMs: 400 }), busy.send(MESSAGE, { timeoutMs: 400 })];
    expect(await busy.send(MESSAGE, TIMEOUT)).toMatchObject({
      attempts: [{ phase: "queue", error: { phase: "queue" } }],
    });
    await Promise.all(others);
    await using slow = testClient(server.port, {
      rateLimits: { messages: { limit: 1, intervalMs: 60_000 } },
    });
    const content = new Readable({ read: () => {} });
    const attachments = [{ filename: "x", contentType: "a/b", content }];
    expect(await slow.send({ ...MESSAGE, attachments }, TIMEOUT)).toMatchObject({
      attempts: [{ phase: "compose", error: { code: "timeout", phase: "compose" } }],
    });
    expect(await slow.send(MESSAGE)).toMatchObject({ status: "accepted" });
    expect(await slow.send(MESSAGE, TIMEOUT)).toMatchObject({ attempts: [{ phase: "rate" }] });
  });

  test("between two attempts tells the log why there was to be another", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "mail" ? "451 4.3.0 later" : undefined),
    });
    const warnings: string[] = [];
    const warn = (_fields: object, text: string): void => void warnings.push(text);
    await using smtp = testClient(server.port, {
      retry: { attempts: 2, backoff: fixedBackoff([60_000]) },
      logger: { debug: () => {}, info: () => {}, warn, error: () => {} },
    });
    expect(await smtp.send(MESSAGE, TIMEOUT)).toMatchObject({
      status: "deferred",
      attempts: [{ phase: "mail" }],
    });
    expect(warnings).toEqual([
      "The send took longer than 150 ms (retry); the last attempt failed: The server refused for now (mail): 451 4.3.0 later",
    ]);
  });

  test("and one that its caller gives up, name the phase alike", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "rcpt" ? { do: "silence" } : undefined),
    });
    await using smtp = testClient(server.port);
    const controller = new AbortController();
    const sending = smtp.send(MESSAGE, { signal: controller.signal });
    while (!server.commands.some((line) => line.startsWith("RCPT"))) await sleep(5);
    await sleep(50);
    controller.abort();
    expect(await sending).toMatchObject({
      attempts: [{ phase: "rcpt", error: { code: "aborted", phase: "rcpt" } }],
    });
  });
});
