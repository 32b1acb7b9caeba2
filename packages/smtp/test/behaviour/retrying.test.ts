import { fixedBackoff, type RetryEvent } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage } from "../../src/index.js";
import { heldTime } from "../support/held-time.js";
import { type Action, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Outcome", text: "body\n" };
const QUICK = { attempts: 4, backoff: fixedBackoff([1]) };

describe("retrying", () => {
  test("goes to the recipients who were refused for now, and to nobody else", async () => {
    await using server = await recordingServer({
      at: (point, line, count) => {
        if (point === "rcpt" && line.includes("carol")) return "550 5.1.1 no";
        return point === "rcpt" && line.includes("dave") && count < 5 ? "450 4.7.1 greylisted" : undefined;
      },
    });
    await using smtp = testClient(server.port, { retry: QUICK });
    const result = await smtp.send({ ...MESSAGE, cc: ["carol@example.org", "dave@example.org"] });
    expect(result.recipients.map(({ address, status }) => `${address} ${status}`)).toEqual([
      "bob@example.org accepted",
      "carol@example.org rejected",
      "dave@example.org accepted",
    ]);
    expect(result).toMatchObject({ status: "partial", retryable: false });
    expect(server.stored.map(({ to }) => to)).toEqual([["bob@example.org"], ["dave@example.org"]]);
    expect(new Set(server.stored.map(({ body }) => body)).size).toBe(1);
  });

  test("sends the same bytes each time and keeps an account of the attempts", async () => {
    const bodies: Action[] = ["421 4.3.2 restarting", { do: "fin" }, "354 go ahead"];
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "data" ? bodies[count] : undefined),
    });
    const events: RetryEvent[] = [];
    await using smtp = testClient(server.port, {
      retry: { ...QUICK, onRetry: (event) => void events.push(event) },
    });
    const result = await smtp.send(MESSAGE);
    expect(result.status).toBe("accepted");
    expect(result.attempts.map(({ phase, error }) => [phase, error?.code])).toEqual([
      ["data", "throttled"],
      ["data", "connection"],
      ["done", undefined],
    ]);
    expect(
      result.attempts.every(
        ({ durationMs, startedAt, connectionId }) =>
          durationMs >= 0 && startedAt instanceof Date && connectionId !== undefined,
      ),
    ).toBe(true);
    expect(events.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(server.stored).toHaveLength(1);
    expect(server.stored[0]?.body).toContain(result.messageId);
  }, 120_000);

  test("ends with deferred when the tries are used up", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "mail" ? "451 4.3.0 later" : undefined),
    });
    await using smtp = testClient(server.port, { retry: QUICK });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "deferred",
      retryable: true,
      attempts: [{}, {}, {}, {}],
    });
  });

  test("does not repeat a refusal for good", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "rcpt" ? "550 5.1.1 no" : undefined),
    });
    await using smtp = testClient(server.port, { retry: QUICK });
    expect((await smtp.send(MESSAGE)).attempts).toHaveLength(1);
  });

  test("never repeats a send of unknown outcome, unless asked to", async () => {
    const at = (point: string, _line: string, count: number): Action | undefined =>
      point === "end" && count === 0 ? { do: "rst" } : undefined;
    await using server = await recordingServer({ at });
    await using smtp = testClient(server.port, { retry: QUICK });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "unknown",
      retryable: false,
      attempts: [{ phase: "data-end", error: { code: "unknown-outcome" } }],
    });
    expect(server.stored).toHaveLength(1);

    await using again = await recordingServer({ at });
    await using insistent = testClient(again.port, { retry: QUICK, retryUnknown: true });
    expect(await insistent.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{}, {}] });
    expect(again.stored).toHaveLength(2);
    expect(again.stored[0]?.body).toBe(again.stored[1]?.body);
  });
});

describe("giving up", () => {
  test("before the dot makes it not-sent, and nothing is stored", async () => {
    for (const point of ["greeting", "mail", "data"]) {
      const controller = new AbortController();
      await using server = await recordingServer({
        at: (where) => {
          if (where !== point) return undefined;
          setTimeout(() => controller.abort(), 10);
          return { do: "silence" };
        },
      });
      await using smtp = testClient(server.port, { retry: QUICK });
      const result = await smtp.send(MESSAGE, { signal: controller.signal });
      expect(result, point).toMatchObject({
        status: "not-sent",
        attempts: [{ error: { code: "aborted" } }],
        retryable: true,
      });
      expect(server.stored).toHaveLength(0);
      expect(smtp.stats()).toMatchObject({ open: 0, inFlight: 0 });
    }
  });

  test("in the middle of a large body makes it not-sent", async () => {
    const controller = new AbortController();
    await using server = await recordingServer();
    const target = { host: "127.0.0.1", port: server.port };
    await using proxy = await startFaultProxy({ target, bytesPerSecond: 10_000_000 });
    await using smtp = testClient(proxy.port);
    const watch = setInterval(() => proxy.bytes.toServer > 500_000 && controller.abort(), 5);
    const content = Buffer.alloc(20 * 1024 * 1024, 65);
    const result = await smtp.send(
      { ...MESSAGE, attachments: [{ filename: "x", contentType: "a/b", content }] },
      { signal: controller.signal },
    );
    clearInterval(watch);
    expect(result).toMatchObject({
      status: "not-sent",
      attempts: [{ phase: "body", error: { code: "aborted" } }],
    });
    expect(server.stored).toHaveLength(0);
  });

  test("after the dot makes it unknown, by the caller or by the clock", async () => {
    const controller = new AbortController();
    await using server = await recordingServer({
      at: (point) => {
        if (point !== "end") return undefined;
        setTimeout(() => controller.abort(), 10);
        return { do: "silence" };
      },
    });
    await using smtp = testClient(server.port, { retry: QUICK });
    expect(await smtp.send(MESSAGE, { signal: controller.signal })).toMatchObject({ status: "unknown" });
    using time = heldTime();
    const late = smtp.send(MESSAGE, { timeoutMs: 100 });
    await until(() => server.stored.length === 2);
    time.pass(100);
    expect(await late).toMatchObject({
      status: "unknown",
      attempts: [{ error: { code: "unknown-outcome" } }],
    });
  });

  test("during a back-off ends it at once", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "mail" ? "451 4.3.0 later" : undefined),
    });
    let isWaiting = false;
    const onRetry = (): void => {
      isWaiting = true;
    };
    const backoff = fixedBackoff([3_600_000]);
    await using smtp = testClient(server.port, { retry: { attempts: 3, backoff, onRetry } });
    const controller = new AbortController();
    const sending = smtp.send(MESSAGE, { signal: controller.signal });
    await until(() => isWaiting);
    controller.abort();
    expect(await sending).toMatchObject({ status: "deferred", attempts: [{}], retryable: true });
  });

  test("before the start rejects, as does a closed client", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port);
    await expect(smtp.send(MESSAGE, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    await smtp.close();
    await expect(smtp.send(MESSAGE)).rejects.toMatchObject({ code: "closed" });
  });
});
