import { expect, test } from "vitest";
import { guardedCall } from "../../src/observe/guarded-call.js";

const FULL = new Error("disk full");

test.each([
  ["throws", () => fail()],
  ["rejects with", async () => fail()],
])("what a hook %s goes to whoever is told of failures, and nowhere else", async (_how, hook) => {
  const failures: unknown[] = [];
  guardedCall(hook, [], (error) => failures.push(error));
  await Promise.resolve();
  expect(failures).toEqual([FULL]);
});

test("a hook that nobody watches fails in silence, with what it was given", () => {
  const given: unknown[] = [];
  const hook = (...all: readonly [string, number]): never => {
    given.push(...all);
    return fail();
  };
  guardedCall(hook, ["a", 1]);
  expect(given).toEqual(["a", 1]);
});

function fail(): never {
  throw FULL;
}
