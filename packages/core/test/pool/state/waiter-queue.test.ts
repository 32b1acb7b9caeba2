import { expect, test } from "vitest";
import type { MailError } from "../../../src/errors/mail-error.js";
import { Waiter } from "../../../src/pool/state/waiter.js";
import { WaiterQueue } from "../../../src/pool/state/waiter-queue.js";
import { FakeClock } from "../../support/fake-clock.js";
import { refusal } from "../../support/test-connections.js";

function lineOf(timeoutMs: number): {
  clock: FakeClock;
  line: WaiterQueue<string>;
  left: { name: string; at: number; error?: MailError | undefined }[];
  wait: (name: string, timeoutMs?: number) => Waiter<string>;
} {
  const clock = new FakeClock();
  const line = new WaiterQueue<string>(timeoutMs, clock);
  const left: { name: string; at: number; error?: MailError | undefined }[] = [];
  const wait = (name: string, own?: number): Waiter<string> => {
    const waiter = new Waiter<string>({ timeoutMs: own }, clock.now(), {
      resolve: () => {},
      reject: () => {},
      left: (leaver, error) => {
        line.leave(leaver);
        left.push({ name, at: clock.now(), error });
      },
    });
    line.join(waiter);
    return waiter;
  };
  return { clock, line, left, wait };
}

test("everyone with the line's own limit times out in turn, by one timer", async () => {
  const { clock, line, left, wait } = lineOf(1_000);
  wait("a");
  await clock.advance(300);
  wait("b");
  await clock.advance(300);
  wait("c");
  expect(clock.pending).toBe(1);
  await clock.advance(5_000);
  expect(left.map(({ name, at }) => [name, at])).toEqual([
    ["a", 1_000],
    ["b", 1_300],
    ["c", 1_600],
  ]);
  expect([line.size, clock.pending]).toEqual([0, 0]);
});

test("limits of their own do not hold up the others", async () => {
  const { clock, left, wait } = lineOf(1_000);
  wait("for ever", Number.POSITIVE_INFINITY);
  wait("long", 9_000);
  wait("default");
  wait("short", 100);
  await clock.advance(10_000);
  expect(left.map(({ name, at }) => [name, at])).toEqual([
    ["short", 100],
    ["default", 1_000],
    ["long", 9_000],
  ]);
  expect(clock.pending).toBe(0);
});

test("the timer goes with the last in line, and comes back with the next", async () => {
  const { clock, left, wait } = lineOf(1_000);
  wait("served").resolve({ connection: "", connectionId: "", isReused: true, ...lease });
  expect(clock.pending).toBe(0);
  await clock.advance(900);
  wait("late");
  await clock.advance(999);
  expect(left).toHaveLength(1);
  await clock.advance(1);
  expect(left[1]).toMatchObject({ name: "late", at: 1_900 });
});

test("who runs out of time learns why no connection could be opened", async () => {
  const { clock, line, left, wait } = lineOf(1_000);
  line.lastError = refusal("throttled");
  wait("a");
  await clock.advance(1_000);
  expect(left[0]?.error).toMatchObject({ code: "timeout", cause: { code: "throttled" } });
  expect(left[0]?.error?.message).toMatch(/within 1000 ms; the last attempt .* the server said throttled/);
});

const done = async (): Promise<void> => {};
const lease = { markBroken: () => {}, release: done, [Symbol.asyncDispose]: done };
