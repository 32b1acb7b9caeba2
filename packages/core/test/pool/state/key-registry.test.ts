import { expect, test } from "vitest";
import { resolvePoolLimits } from "../../../src/pool/contract/pool-limits.js";
import { KeyRegistry } from "../../../src/pool/state/key-registry.js";
import { FakeClock } from "../../support/fake-clock.js";
import { keyOf, refusal } from "../../support/test-connections.js";

test("a thousand unused keys are remembered; those with a connection always", () => {
  const registry = new KeyRegistry<object, ReturnType<typeof keyOf>>(resolvePoolLimits(), new FakeClock());
  const busy = registry.get(keyOf("busy"));
  busy.lent = 1;
  busy.created = 5;
  for (let n = 0; n < 1_500; n++) registry.get(keyOf(`${n}`)).created = 1;
  expect([...registry].length).toBeLessThanOrEqual(1_001);
  expect(registry.find(keyOf("busy"))).toBe(busy);
  expect(registry.find(keyOf("0"))).toBeUndefined();
  expect(registry.find(keyOf("1499"))).toBeDefined();
  expect(registry.stats().created).toBe(1_505);
  // The caps of those that are forgotten are nobody's any more.
  expect(registry.stats().effectiveCap).toBe([...registry].length * resolvePoolLimits().maxPerKey);
});

test("a key that is forgotten leaves no timer behind", () => {
  const registry = new KeyRegistry<object, ReturnType<typeof keyOf>>(resolvePoolLimits(), new FakeClock());
  let isCancelled = false;
  const cancel = (): void => {
    isCancelled = true;
  };
  registry.get(keyOf("patient")).wake = { at: 60_000, cancel };
  registry.get(keyOf("other"));
  expect(isCancelled).toBe(false);
  for (let n = 0; n < 1_500; n++) registry.get(keyOf(`${n}`));
  expect(registry.find(keyOf("patient"))).toBeUndefined();
  expect(isCancelled).toBe(true);
});

test("a key whose login was refused is not forgotten before its pause is over", async () => {
  const clock = new FakeClock();
  const registry = new KeyRegistry<object, ReturnType<typeof keyOf>>(resolvePoolLimits(), clock);
  registry.get(keyOf("locked")).breaker.refused(refusal("authentication"), clock.now());
  for (let n = 0; n < 1_500; n++) registry.get(keyOf(`${n}`));
  expect(registry.find(keyOf("locked"))).toBeDefined();
  await clock.advance(30_000);
  for (let n = 1_500; n < 1_600; n++) registry.get(keyOf(`${n}`));
  expect(registry.find(keyOf("locked"))).toBeUndefined();
});

test("keys whose login was refused keep no others in memory, and all go when their pauses are over", async () => {
  const clock = new FakeClock();
  const registry = new KeyRegistry<object, ReturnType<typeof keyOf>>(resolvePoolLimits(), clock);
  for (let n = 0; n < 100; n++)
    registry.get(keyOf(`locked ${n}`)).breaker.refused(refusal("authentication"), 0);
  for (let n = 0; n < 3_000; n++) registry.get(keyOf(`${n}`));
  expect([...registry].length).toBe(1_000);
  expect([...registry].filter(({ key }) => key.id.includes("locked"))).toHaveLength(100);
  await clock.advance(30_000);
  for (let n = 3_000; n < 5_000; n++) registry.get(keyOf(`${n}`));
  expect([...registry].length).toBe(1_000);
  expect([...registry].filter(({ key }) => key.id.includes("locked"))).toEqual([]);
});

test("asking for the figures of a key that nobody uses remembers none", () => {
  const registry = new KeyRegistry<object, ReturnType<typeof keyOf>>(resolvePoolLimits(), new FakeClock());
  expect(registry.stats(keyOf("nobody"))).toMatchObject({ created: 0, effectiveCap: 3 });
  expect([...registry]).toEqual([]);
});
