import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceFiles } from "@mailwright/suite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Subject } from "./model-server.js";
import { runPoolSchedule } from "./pool-schedule.js";

interface Fault {
  readonly fault: string;
  readonly file: string;
  readonly sound: string;
  readonly faulty: string;
  readonly found: RegExp;
}

/** One deliberate fault each; the random lives of a pool must find every one. */
const FAULTS: readonly Fault[] = [
  {
    fault: "a second release gives the connection back again",
    file: "pool-lease.ts",
    sound: "this.#isReleased = true;",
    faulty: "",
    found: /^I[18]: /,
  },
  {
    fault: "nobody is served when a place becomes free",
    file: "connection-pool.ts",
    sound: "this.#lender.serve(state);\n    this.#openQueue.serve();",
    faulty: "",
    found: /waiter is lost/,
  },
  {
    fault: "one connection too many per account",
    file: "adaptive-cap.ts",
    sound: "if (size < this.#value) return",
    faulty: "if (size <= this.#value) return",
    found: /^I2: .*maxPerKey/,
  },
  {
    fault: "one connection too many in all",
    file: "open-queue.ts",
    sound: "opener.total >= maxTotal",
    faulty: "opener.total > maxTotal",
    found: /^I2: .*maxTotal/,
  },
  {
    fault: "connections being closed do not count",
    file: "key-state.ts",
    sound: "this.open + this.openings.size + this.closing",
    faulty: "this.open + this.openings.size",
    found: /^I2: .*maxPerKey/,
  },
  {
    fault: "a connection that broke goes back among the idle ones",
    file: "key-state.ts",
    sound: "return this.isBroken || ",
    faulty: "return ",
    found: /^I7: /,
  },
  {
    fault: "unread bytes do not matter",
    file: "connection-opener.ts",
    sound: "&& this.#factory.isClean(entry.connection)",
    faulty: "",
    found: /^I7: /,
  },
  {
    fault: "the timer of the idle connections outlives the pool",
    file: "connection-pool.ts",
    sound: "this.#idle.stop();",
    faulty: "",
    found: /^I5: a timer/,
  },
  {
    fault: "a waiter's own timer is not taken off",
    file: "waiter-queue.ts",
    sound: "waiter.cancelTimer?.();",
    faulty: "",
    found: /^I5: a timer/,
  },
  {
    fault: "the timer of a waiting line is not taken off",
    file: "waiter-queue.ts",
    sound: "    if (this.size > 0) return;",
    faulty: "    return;",
    found: /^I5: a timer/,
  },
  {
    fault: "a waiter keeps listening to its signal",
    file: "waiter.ts",
    sound: "this.#stopListening?.();",
    faulty: "",
    found: /^I5: a listener/,
  },
  {
    fault: "a server that hangs up cuts the holder",
    file: "connection-pool.ts",
    sound: "this.#idle.remove(entry) && void",
    faulty: "void",
    found: /^I[58]: /,
  },
  {
    fault: "an aged connection is lent",
    file: "key-state.ts",
    sound: "this.expiresAt <= now || ",
    faulty: "",
    found: /^I8: /,
  },
  {
    fault: "the last in line is served first",
    file: "lender.ts",
    sound: "const waiter = entry.state.waiters.first;",
    faulty: "const waiter = [...entry.state.waiters].at(-1);",
    found: /^I3: /,
  },
  {
    fault: "a connection that is opened too late is left open",
    file: "guarded-factory.ts",
    sound: "if (dialing !== undefined) await this.#abandon(dialing);",
    faulty: "",
    found: /^I[25]: /,
  },
  {
    fault: "everyone dials a host that is down",
    file: "host-breaker.ts",
    sound: "if (!gate.isProbing && gate.reopensAt <= now) return true;",
    faulty: "return true;",
    found: /^I9: two dials/,
  },
  {
    fault: "a refused dial fails those whom connections that work can serve",
    file: "open-queue.ts",
    sound: "} else if (state.openings.size === 0) this.#refuse(state, error);",
    faulty: "}\n    if (!error.retryable) for (const waiter of state.waiters) waiter.reject(error);",
    found: /^I10: /,
  },
  {
    fault: "what will not close is given up on while it is still there",
    file: "guarded-factory.ts",
    sound: "stopListening = onAbort(signal, giveUp);",
    faulty: "giveUp();",
    found: /^I2: /,
  },
  {
    fault: "a refused login is tried again at once",
    file: "login-breaker.ts",
    sound: "return now < this.#until ? this.#error : undefined;",
    faulty: "return now < 0 ? this.#error : undefined;",
    found: /^I9: a login/,
  },
];

const SEEDS = 3_000;
const sources = new SourceFiles("core");
const folder = mkdtempSync(join(tmpdir(), "mailwright-mutants-"));
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  rmSync(folder, { recursive: true, force: true });
});

async function copyWith({ file, sound, faulty }: Fault, number: number): Promise<Subject> {
  const copy = join(folder, `${number}`);
  cpSync(sources.folder, copy, { recursive: true });
  const path = join(copy, sources.pathOf(file));
  const text = sources.textOf(file);
  expect(text.split(sound), `${file} holds the text to change exactly once`).toHaveLength(2);
  writeFileSync(path, text.replace(sound, faulty));
  return import(/* @vite-ignore */ join(copy, "index.ts"));
}

async function firstViolation(subject: Subject): Promise<string | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const [violation] = await runPoolSchedule(subject, seed);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

test.each(FAULTS.map((fault, number) => ({ ...fault, number })))(
  "the random lives of a pool find that $fault",
  {
    timeout: 120_000,
  },
  async ({ number, ...fault }) => {
    expect(await firstViolation(await copyWith(fault, number))).toMatch(fault.found);
  },
);
