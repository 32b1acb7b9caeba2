import { fixedBackoff, RetryBudget, type RetryPolicy } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { DeliveryLedger } from "../../src/index.js";
import { heldTime } from "../support/held-time.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Hooks", text: "body\n" };
const fail = (): never => {
  throw new Error("out of order");
};
const never = (): Promise<void> => new Promise(() => {});

describe("what a caller hands in and throws changes no outcome", () => {
  test.each([
    ["logger", { logger: { debug: fail, info: fail, warn: fail, error: fail } }],
    ["transcript", { transcript: fail }],
  ])("the %s", async (_name, options) => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, options);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect((await smtp.testConnection()).ok).toBe(true);
    expect(server.stored).toHaveLength(1);
  });

  test.each<[string, Partial<RetryPolicy>]>([
    ["onRetry", { onRetry: fail }],
    ["onRetry, when it is asynchronous", { onRetry: async () => fail() }],
    ["the back-off", { backoff: fail }],
  ])("%s, which does not end the retrying either", async (_name, hooks) => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count < 1 ? "451 4.3.0 later" : undefined),
    });
    const retry = { attempts: 3, backoff: fixedBackoff([1]), ...hooks };
    await using smtp = testClient(server.port, { retry });
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{}, {}] });
  });
});

test("a host policy that throws forbids, for a send and in the report of a connection", async () => {
  await using server = await recordingServer();
  await using smtp = testClient(server.port, { hostPolicy: fail });
  const error = { code: "forbidden", phase: "connect" };
  expect(await smtp.send(MESSAGE)).toMatchObject({
    status: "not-sent",
    retryable: false,
    attempts: [{ error }],
  });
  expect(await smtp.testConnection()).toMatchObject({ ok: false, error });
  await expect(smtp.authenticate()).rejects.toMatchObject(error);
  expect(server.connections).toBe(0);
});

test("greylisted messages take nothing of the budget for outages", async () => {
  let drops = 0;
  let isGrey = false;
  await using server = await recordingServer({
    at: (point, line) => {
      if (point === "rcpt") isGrey = line.includes("grey@");
      if (point === "rcpt" && isGrey) return "450 4.7.1 greylisted, come again";
      // The connection ends in the middle of the one message that is taken.
      return point === "data" && !isGrey && drops++ === 0 ? { do: "fin" } : undefined;
    },
  });
  const budget = new RetryBudget(10);
  const retry = { attempts: 3, backoff: fixedBackoff([1]), budget };
  await using smtp = testClient(server.port, { retry });
  for (let n = 0; n < 40; n++) {
    const result = await smtp.send({ ...MESSAGE, to: ["grey@example.org"] });
    expect(result).toMatchObject({ status: "deferred", attempts: [{}, {}, {}] });
  }
  expect(budget.tokens).toBe(10);
  expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{}, {}] });
  expect(budget.tokens).toBe(6);
});

test("a connection that is held for long is told to the client's own logger", async () => {
  await using server = await recordingServer({
    at: (point) => (point === "mail" ? { do: "silence" } : undefined),
  });
  const warnings: string[] = [];
  const ignore = (): void => {};
  const warn = (_fields: object, text: string): void => void warnings.push(text);
  const logger = { debug: ignore, info: ignore, warn, error: ignore };
  await using smtp = testClient(server.port, { logger, pool: { warnAfterLeasedMs: 5_000 } });
  const ended = new AbortController();
  using time = heldTime();
  const sending = smtp.send(MESSAGE, { signal: ended.signal });
  await until(() => server.commands.some((line) => line.startsWith("MAIL")));
  time.pass(5_000);
  expect(warnings).toEqual([expect.stringMatching(/held|leased|lent/i)]);
  ended.abort();
  await sending;
});

describe("a ledger that never answers", () => {
  const ledgerOf = (hooks: Partial<DeliveryLedger>): DeliveryLedger => ({
    begin: () => {},
    finish: () => {},
    ...hooks,
  });

  test("to begin keeps the message from being sent, and the send ends in time", async () => {
    await using server = await recordingServer();
    let hasBegun = false;
    const begin = (): Promise<void> => {
      hasBegun = true;
      return never();
    };
    await using smtp = testClient(server.port, { ledger: ledgerOf({ begin }) });
    using time = heldTime();
    const sending = smtp.send(MESSAGE, { timeoutMs: 100 });
    await until(() => hasBegun);
    time.pass(100);
    expect(await sending).toMatchObject({
      status: "not-sent",
      attempts: [{ phase: "ledger", error: { code: "timeout" } }],
    });
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
  });

  test("to begin is asked when a connection is at hand: what waits in line has not begun", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "mail" ? { do: "silence" } : undefined),
    });
    const begun: string[] = [];
    const begin = ({ messageId }: { readonly messageId: string }): void => void begun.push(messageId);
    await using smtp = testClient(server.port, { ledger: ledgerOf({ begin }), pool: { maxPerKey: 1 } });
    const ended = new AbortController();
    const ids = ["<one@example.com>", "<two@example.com>"];
    const sends = ids.map((messageId) => smtp.send({ ...MESSAGE, messageId }, { signal: ended.signal }));
    await until(() => smtp.stats().waiting === 1 && server.commands.some((line) => line.startsWith("MAIL")));
    expect(begun).toEqual(["<one@example.com>"]);
    ended.abort();
    await Promise.all(sends);
    expect(begun).toEqual(["<one@example.com>"]);
  });

  test("to finish does not hold the result for longer than a second after its time", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { ledger: ledgerOf({ finish: never }) });
    using time = heldTime();
    const sending = smtp.send(MESSAGE, { timeoutMs: 10_000 });
    await until(() => server.stored.length === 1 && smtp.stats().idle === 1);
    time.pass(11_000);
    expect(await sending).toMatchObject({ status: "accepted" });
  });

  test("to finish does not hold close", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port, { ledger: ledgerOf({ finish: never }) });
    using time = heldTime();
    const sending = smtp.send(MESSAGE);
    await until(() => server.stored.length === 1 && smtp.stats().idle === 1);
    let isClosed = false;
    const closing = smtp.close({ graceMs: 50 }).then(() => {
      isClosed = true;
    });
    time.pass(50);
    await until(() => {
      time.pass(1_000);
      return isClosed;
    });
    await closing;
    expect(await sending).toMatchObject({ status: "accepted" });
  });
});

test("close with an endless grace waits for what is under way", async () => {
  let answer: (() => void) | undefined;
  await using server = await recordingServer({
    at: (point) => {
      if (point !== "end") return undefined;
      answer = () => server.hangUp("250 2.0.0 taken\r\n");
      return "";
    },
  });
  const smtp = testClient(server.port);
  const sending = smtp.send(MESSAGE);
  await until(() => answer);
  const closing = smtp.close({ graceMs: Number.POSITIVE_INFINITY });
  // A timer that overflows goes off within a turn or two.
  await new Promise((resolve) => setTimeout(resolve, 50));
  answer?.();
  expect((await sending).status).toBe("accepted");
  await closing;
});

test.each([0, -1, Number.NaN, 1.5])(
  "sendAll refuses a concurrency of %s instead of waiting for ever",
  async (concurrency) => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const run = async (): Promise<void> => {
      for await (const _ of smtp.sendAll([MESSAGE], { concurrency }));
    };
    await expect(run()).rejects.toMatchObject({ code: "invalid-argument" });
  },
);
