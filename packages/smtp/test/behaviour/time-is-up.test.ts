import { Readable } from "node:stream";
import { fixedBackoff, type TranscriptEntry } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test, vi } from "vitest";
import type { OutgoingMessage } from "../../src/index.js";
import { heldTime } from "../support/held-time.js";
import { type Point, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Late", text: "body\n" };
const TIMEOUT = { timeoutMs: 150 };

describe("a send whose time is up", () => {
  /** The last that is said before the server falls silent. */
  const points: readonly (readonly [phase: string, point: Point, lastWords: RegExp])[] = [
    ["connect", "greeting", /^$/],
    ["mail", "mail", /^MAIL FROM/],
    ["rcpt", "rcpt", /^250 2.1.0 sender ok/],
    ["data", "data", /^250 2.1.5 recipient ok/],
  ];

  test.each(points)("says that it was in %s", async (phase, silent, lastWords) => {
    await using server = await recordingServer({
      at: (point) => (point === silent ? { do: "silence" } : undefined),
    });
    const said: string[] = [""];
    const transcript = ({ text }: TranscriptEntry): void => void said.push(text);
    await using smtp = testClient(server.port, { retry: { attempts: 3 }, transcript });
    using time = heldTime();
    const sending = smtp.send(MESSAGE, TIMEOUT);
    await until(() => server.connections > 0 && said.some((text) => lastWords.test(text)));
    time.pass(150);
    const { attempts, status } = await sending;
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
    using time = heldTime();
    const first = smtp.send(MESSAGE, { timeoutMs: 600 });
    const second = smtp.send(MESSAGE, { timeoutMs: 300 });
    await until(() => server.connections === 2 && smtp.stats().opening === 0);
    time.pass(300);
    const { attempts, status, retryable } = await second;
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
    time.pass(300);
    await first;
  });

  test("waiting for its turn, for its contents or for the rate says so", async () => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 0 ? { do: "silence" } : undefined),
    });
    const pool = { maxPerKey: 1 };
    await using busy = testClient(server.port, { pool });
    using time = heldTime();
    const others = Array.from({ length: 3 }, () => busy.send(MESSAGE, { timeoutMs: 400 }));
    const fourth = busy.send(MESSAGE, TIMEOUT);
    await until(() => busy.stats().queued === 1 && server.commands.some((line) => line.startsWith("MAIL")));
    time.pass(150);
    expect(await fourth).toMatchObject({ attempts: [{ phase: "queue", error: { phase: "queue" } }] });
    time.pass(250);
    await Promise.all(others);
    await using slow = testClient(server.port, {
      rateLimits: { messages: { limit: 1, intervalMs: 60_000 } },
    });
    const read = vi.fn();
    const attachments = [{ filename: "x", contentType: "a/b", content: new Readable({ read }) }];
    const composing = slow.send({ ...MESSAGE, attachments }, TIMEOUT);
    await until(() => read.mock.calls.length > 0);
    time.pass(150);
    expect(await composing).toMatchObject({
      attempts: [{ phase: "compose", error: { code: "timeout", phase: "compose" } }],
    });
    expect(await slow.send(MESSAGE)).toMatchObject({ status: "accepted" });
    const { timers } = time;
    const paced = slow.send(MESSAGE, TIMEOUT);
    // Its own and that of the rate.
    await until(() => time.timers === timers + 2);
    time.pass(150);
    expect(await paced).toMatchObject({ attempts: [{ phase: "rate" }] });
  });

  test("between two attempts tells the log why there was to be another", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "mail" ? "451 4.3.0 later" : undefined),
    });
    const warnings: string[] = [];
    let isWaiting = false;
    const onRetry = (): void => {
      isWaiting = true;
    };
    const warn = (_fields: object, text: string): void => void warnings.push(text);
    await using smtp = testClient(server.port, {
      retry: { attempts: 2, backoff: fixedBackoff([60_000]), onRetry },
      logger: { debug: () => {}, info: () => {}, warn, error: () => {} },
    });
    using time = heldTime();
    const sending = smtp.send(MESSAGE, TIMEOUT);
    await until(() => isWaiting);
    time.pass(150);
    expect(await sending).toMatchObject({
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
    const said: string[] = [];
    const transcript = ({ text }: TranscriptEntry): void => void said.push(text);
    await using smtp = testClient(server.port, { transcript });
    const controller = new AbortController();
    const sending = smtp.send(MESSAGE, { signal: controller.signal });
    await until(() => said.some((text) => text.includes("sender ok")));
    controller.abort();
    expect(await sending).toMatchObject({
      attempts: [{ phase: "rcpt", error: { code: "aborted", phase: "rcpt" } }],
    });
  });
});
