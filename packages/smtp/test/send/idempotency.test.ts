import { describe, expect, test } from "vitest";
import { Idempotency, type KeyedSend } from "../../src/send/idempotency.js";
import { SettledDelivery } from "../../src/send/settled-delivery.js";

type Result = Awaited<ReturnType<KeyedSend["begin"]>>;

function resultOf(status: Result["status"], retryable = false): Result {
  const none = { serverMessageId: undefined, sentAt: undefined, response: undefined };
  return new SettledDelivery({
    status,
    retryable,
    messageId: "",
    recipients: [],
    attempts: [],
    problems: [],
    ...none,
  });
}

/** A send that ends when the test says how. */
function heldSend(
  isCutShort = false,
): KeyedSend & { begun: number; readonly end: (result: Result | Error) => void } {
  let settle = (_result: Result | Error): void => {};
  const result = new Promise<Result>((resolve, reject) => {
    settle = (given) => (given instanceof Error ? reject(given) : resolve(given));
  });
  result.catch(() => {});
  const send = {
    begun: 0,
    begin: () => {
      send.begun += 1;
      return result;
    },
    join: (other: Promise<Result>) => other,
    isCutShort: () => isCutShort,
    end: settle,
  };
  return send;
}

describe("a key", () => {
  test("is not forgotten while its send is under way, however many others end meanwhile", async () => {
    const keys = new Idempotency();
    const slow = heldSend();
    const first = keys.once("slow", slow);
    for (let n = 0; n < 1_500; n++) {
      const quick = heldSend();
      quick.end(resultOf("accepted"));
      await keys.once(`quick ${n}`, quick);
    }
    const again = heldSend();
    const second = keys.once("slow", again);
    slow.end(resultOf("accepted"));
    expect(await second).toBe(await first);
    expect(again.begun).toBe(0);
  });

  test("whose send rejected is free again", async () => {
    const keys = new Idempotency();
    const broken = heldSend();
    broken.end(new Error("a fault"));
    await expect(keys.once("k", broken)).rejects.toThrow("a fault");
    const next = heldSend();
    next.end(resultOf("accepted"));
    expect((await keys.once("k", next)).status).toBe("accepted");
  });

  test("whose send its own caller cut short goes to those who joined, once", async () => {
    const keys = new Idempotency();
    const [cut, second, third] = [heldSend(true), heldSend(), heldSend()];
    const results = [cut, second, third].map((send) => keys.once("k", send));
    cut.end(resultOf("not-sent", true));
    second.end(resultOf("accepted"));
    third.end(resultOf("accepted"));
    expect((await Promise.all(results)).map(({ status }) => status)).toEqual([
      "not-sent",
      "accepted",
      "accepted",
    ]);
    expect([cut.begun, second.begun + third.begun]).toEqual([1, 1]);
  });

  test("whose send came to nothing by itself gives those who joined the same result", async () => {
    const keys = new Idempotency();
    const [first, second] = [heldSend(), heldSend()];
    const results = [keys.once("k", first), keys.once("k", second)];
    first.end(resultOf("deferred", true));
    expect((await Promise.all(results)).map(({ status }) => status)).toEqual(["deferred", "deferred"]);
    expect(second.begun).toBe(0);
  });
});
