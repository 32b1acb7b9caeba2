import { Readable } from "node:stream";
import { fixedBackoff, type RetryEvent } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { LedgerEntry, LedgerOutcome, OutgoingMessage } from "../../src/index.js";
import { heldTime } from "../support/held-time.js";
import { type Action, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Outcome", text: "body\n" };
const QUICK = { attempts: 4, backoff: fixedBackoff([1]) };

describe("the result of a send", () => {
  test("is partial when some recipients are refused, each with the server's reply", async () => {
    await using server = await recordingServer({
      at: (point, line) => {
        if (point !== "rcpt") return undefined;
        if (line.includes("carol")) return "550-5.1.1 The mailbox\n550 5.1.1 does not exist";
        return line.includes("dave") ? "452 4.2.2 mailbox full" : undefined;
      },
    });
    await using smtp = testClient(server.port);
    const result = await smtp.send({ ...MESSAGE, cc: "carol@example.org", bcc: "dave@example.org" });
    expect(result).toMatchObject({
      status: "partial",
      // Not as a whole: Bob has it.
      retryable: false,
      response: { code: "250" },
      recipients: [
        { address: "bob@example.org", status: "accepted", reply: { code: "250" } },
        {
          address: "carol@example.org",
          status: "rejected",
          reply: { code: "550", enhancedCode: "5.1.1", text: "The mailbox\ndoes not exist" },
        },
        { address: "dave@example.org", status: "deferred", reply: { code: "452", enhancedCode: "4.2.2" } },
      ],
    });
    expect(result.sentAt).toBeInstanceOf(Date);
    expect(server.stored).toMatchObject([{ to: ["bob@example.org"] }]);
  });

  test("is plain JSON when asked, errors included", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "end" ? "451 4.3.0 later" : undefined),
    });
    await using smtp = testClient(server.port);
    const result = await smtp.send(MESSAGE);
    const json: unknown = JSON.parse(JSON.stringify(result));
    expect(json).toMatchObject({
      status: "deferred",
      messageId: result.messageId,
      recipients: [
        { address: "bob@example.org", status: "deferred", reply: { code: "451", enhancedCode: "4.3.0" } },
      ],
      attempts: [
        { phase: "data-end", error: { code: "throttled", phase: "data-end", server: { code: "451" } } },
      ],
    });
  });

  test("lists every problem of an invalid message, and nothing goes out", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const result = await smtp.send({ to: ["x", "y"], text: "" });
    expect(result).toMatchObject({ status: "invalid", attempts: [], recipients: [], retryable: false });
    expect(result.problems.map(({ path }) => path)).toEqual(["to[0]", "to[1]", "subject"]);
    expect(server.connections).toBe(0);
  });

  test("says not-sent when an attachment's source fails, and no server heard of it", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const source = (async function* () {
      yield "half";
      throw new Error("source broke");
    })();
    const result = await smtp.send({
      ...MESSAGE,
      attachments: [{ filename: "x", contentType: "a/b", content: source }],
    });
    expect(result).toMatchObject({ status: "not-sent", retryable: false, attempts: [{ phase: "body" }] });
    expect(result.attempts[0]?.error?.message).toContain("source broke");
    expect(server.commands).toEqual([]);
  });

  test("is not-sent when the server's SIZE or extensions rule the message out", async () => {
    await using server = await recordingServer({ capabilities: ["SIZE 1000"] });
    await using smtp = testClient(server.port);
    const large = await smtp.send({ ...MESSAGE, text: "x\n".repeat(1_000) });
    expect(large).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ error: { code: "limit" } }],
    });
    const utf8 = await smtp.send({ ...MESSAGE, to: "bücher@example.org" });
    expect(utf8).toMatchObject({ status: "not-sent", attempts: [{ error: { code: "unsupported" } }] });
    const tls = await smtp.send({ ...MESSAGE, requireTls: true });
    expect(tls).toMatchObject({ status: "not-sent", attempts: [{ error: { code: "unsupported" } }] });
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(smtp.stats()).toMatchObject({ created: 1 });
  });
});

describe("a message that was rendered before", () => {
  test("goes out as it was rendered", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const attachments = [{ filename: "x", contentType: "a/b", content: Readable.from(["once"]) }];
    const rendered = await smtp.renderMessage({ ...MESSAGE, attachments });
    const result = await smtp.send(rendered);
    expect(result).toMatchObject({ status: "accepted", messageId: rendered.messageId });
    expect(server.stored[0]?.body).toBe(rendered.bytes.toString("latin1"));
  });

  test("is checked once more", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage(MESSAGE);
    const result = await smtp.send({
      ...rendered,
      recipients: ["a@example.org>\r\nRCPT TO:<evil@example.org"],
    });
    expect(result).toMatchObject({ status: "invalid", problems: [{ path: "envelope.to[0]" }] });
  });
});

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

describe("the ledger", () => {
  test("hears of each attempt before and after", async () => {
    await using server = await recordingServer({
      at: (point, _l, count) => (point === "mail" && count === 0 ? "451 4.3.0 later" : undefined),
    });
    const log: string[] = [];
    const ledger = {
      begin: async ({ attempt, recipients, messageId, idempotencyKey }: LedgerEntry) => {
        await Promise.resolve();
        log.push(
          `begin ${attempt} ${recipients.join()} ${messageId} ${idempotencyKey} ${server.stored.length}`,
        );
      },
      finish: ({ attempt, outcome, results }: LedgerOutcome) => {
        log.push(`finish ${attempt} ${outcome.phase} ${results.map(({ status }) => status).join()}`);
      },
    };
    await using smtp = testClient(server.port, { retry: QUICK, ledger });
    const { messageId } = await smtp.send(MESSAGE, { idempotencyKey: "k1" });
    expect(log).toEqual([
      `begin 1 bob@example.org ${messageId} k1 0`,
      "finish 1 mail deferred",
      `begin 2 bob@example.org ${messageId} k1 0`,
      "finish 2 done accepted",
    ]);
  });

  test("that fails to begin keeps the message from being sent; one that fails to finish changes nothing", async () => {
    await using server = await recordingServer();
    const fail = (): never => {
      throw new Error("database down");
    };
    await using careful = testClient(server.port, { ledger: { begin: fail, finish: () => {} } });
    expect(await careful.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ phase: "ledger" }],
    });
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
    const errors: unknown[] = [];
    const ignore = (): void => {};
    const logger = {
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (fields: unknown) => void errors.push(fields),
    };
    await using loose = testClient(server.port, { ledger: { begin: () => {}, finish: fail }, logger });
    expect((await loose.send(MESSAGE)).status).toBe("accepted");
    expect(errors).toHaveLength(1);
  });
});

describe("an idempotency key", () => {
  test("makes sends at the same time and afterwards one and the same", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const [first, second] = await Promise.all([
      smtp.send(MESSAGE, { idempotencyKey: "order-1" }),
      smtp.send(MESSAGE, { idempotencyKey: "order-1" }),
    ]);
    const third = await smtp.send(MESSAGE, { idempotencyKey: "order-1" });
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(server.stored).toHaveLength(1);
    expect((await smtp.send(MESSAGE, { idempotencyKey: "order-2" })).messageId).not.toBe(first.messageId);
    expect(server.stored).toHaveLength(2);
  });

  test("lets each caller end its own waiting only", async () => {
    let isReached = false;
    await using server = await recordingServer({
      at: (point, _l, count) => {
        if (point !== "mail" || count > 0) return undefined;
        isReached = true;
        return { do: "silence" };
      },
    });
    await using smtp = testClient(server.port);
    const [first, second] = [new AbortController(), new AbortController()];
    const sends = [first.signal, second.signal, undefined].map((signal) =>
      smtp.send(MESSAGE, { idempotencyKey: "order-1", signal }),
    );
    await until(() => isReached);
    second.abort();
    expect(await sends[1]).toMatchObject({ status: "unknown", attempts: [{ phase: "join" }] });
    first.abort();
    expect((await sends[0])?.status).toBe("not-sent");
    expect((await sends[2])?.status).toBe("accepted");
    expect(server.stored).toHaveLength(1);
  });

  test("lets a send that came to nothing be tried again, under the same Message-ID", async () => {
    await using server = await recordingServer({
      at: (point, _l, count) => (point === "mail" && count === 0 ? "451 4.3.0 later" : undefined),
    });
    await using smtp = testClient(server.port);
    const first = await smtp.send(MESSAGE, { idempotencyKey: "order-1" });
    const second = await smtp.send(MESSAGE, { idempotencyKey: "order-1" });
    expect([first.status, second.status]).toEqual(["deferred", "accepted"]);
    expect(second.messageId).toBe(first.messageId);
  });
});

describe("LMTP", () => {
  test("tells each recipient's own fate", async () => {
    await using server = await recordingServer({
      lmtp: true,
      at: (point, address) => {
        if (point === "rcpt" && address.includes("erin")) return "550 5.1.1 no";
        if (point === "end" && address.includes("carol")) return "552 5.2.2 over quota";
        return point === "end" && address.includes("dave") ? "451 4.2.0 locked" : undefined;
      },
    });
    await using smtp = testClient(server.port, { lmtp: true });
    const to = ["bob", "carol", "erin", "dave"].map((name) => `${name}@example.org`);
    const result = await smtp.send({ ...MESSAGE, to });
    expect(result.status).toBe("partial");
    expect(result.recipients.map(({ status, reply }) => [status, reply?.enhancedCode])).toEqual([
      ["accepted", "2.0.0"],
      ["rejected", "5.2.2"],
      ["rejected", "5.1.1"],
      ["deferred", "4.2.0"],
    ]);
    expect(server.commands[0]).toMatch(/^LHLO /);
  });
});
