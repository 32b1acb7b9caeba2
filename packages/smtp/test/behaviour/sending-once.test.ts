import { fixedBackoff } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { LedgerEntry, LedgerOutcome, OutgoingMessage } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Outcome", text: "body\n" };
const QUICK = { attempts: 4, backoff: fixedBackoff([1]) };

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
