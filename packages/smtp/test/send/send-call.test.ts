import { getEventListeners } from "node:events";
import { MailError } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { OpenCalls } from "../../src/send/send-call.js";
import { heldTime } from "../support/held-time.js";

const CLOSED = new MailError("closed", { code: "closed", protocol: "smtp" });

describe("the calls of a client", () => {
  test("share one signal where nobody else can end them", () => {
    const calls = new OpenCalls();
    const [first, second] = [calls.open({}), calls.open({ timeoutMs: Number.POSITIVE_INFINITY })];
    expect(first.signal).toBe(second.signal);
    first.release();
    expect(second.signal.aborted).toBe(false);
  });

  test("have one of their own where their caller or a clock can", async () => {
    const calls = new OpenCalls();
    const controller = new AbortController();
    const shared = calls.open({});
    const given = calls.open({ signal: controller.signal });
    const timed = calls.open({ timeoutMs: 5 });
    controller.abort();
    expect(given.signal.reason).toMatchObject({ code: "aborted", phase: "queue" });
    await until(() => timed.signal.aborted);
    expect(timed.signal.reason).toMatchObject({ code: "timeout" });
    expect(shared.signal.aborted).toBe(false);
  });

  test("leave no timer behind when they are over", () => {
    using time = heldTime();
    const { release } = new OpenCalls().open({ timeoutMs: 60_000 });
    expect(time.timers).toBe(1);
    release();
    expect(time.timers).toBe(0);
  });

  test("listen to the signal that they share once, and not at all when they are over", () => {
    const { signal } = new AbortController();
    const calls = new OpenCalls();
    const open = Array.from({ length: 20 }, () => calls.open({ signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (const { release } of open) release();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("end all when the client closes, and only those that are open", () => {
    const calls = new OpenCalls();
    const all = [calls.open({}), calls.open({ timeoutMs: 60_000 })];
    const over = calls.open({ timeoutMs: 60_000 });
    over.release();
    calls.abort(CLOSED);
    expect(all.map(({ signal }) => signal.reason)).toEqual([CLOSED, CLOSED]);
    expect(over.signal.aborted).toBe(false);
    for (const { release } of all) release();
  });
});
