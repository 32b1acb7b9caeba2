import { expect, test } from "vitest";
import { resolvePoolLimits } from "../../../src/pool/contract/pool-limits.js";

test("limits have the documented defaults; a package's own come before them, the caller's win", () => {
  expect(resolvePoolLimits()).toEqual({
    maxPerKey: 3,
    maxTotal: Number.POSITIVE_INFINITY,
    maxWaiting: 10_000,
    acquireTimeoutMs: 30_000,
    idleTimeoutMs: 300_000,
    maxAgeMs: 1_800_000,
    maxUses: Number.POSITIVE_INFINITY,
    checkAfterIdleMs: 30_000,
    keepAliveMs: 0,
    warnAfterLeasedMs: 0,
  });
  const resolved = resolvePoolLimits({ maxPerKey: 9, maxUses: undefined }, { maxPerKey: 5, maxUses: 100 });
  expect(resolved).toMatchObject({ maxPerKey: 9, maxUses: 100 });
});

test.each([
  { maxPerKey: 0 },
  { maxTotal: 0 },
  { maxUses: 0.5 },
  { idleTimeoutMs: -1 },
  { maxAgeMs: Number.NaN },
])("refuses %o", (limits) => {
  expect(() => resolvePoolLimits(limits)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});
