import { describe, expect, test } from "vitest";
import { type GivenLimits, resolveLimits } from "../../src/client/resolve-limits.js";

interface Limits {
  readonly connectMs: number;
  readonly maxBytes: number;
  readonly maxUses: number;
  readonly isStrict: boolean;
}

const DEFAULTS: Limits = {
  connectMs: 30_000,
  maxBytes: 1_024,
  maxUses: Number.POSITIVE_INFINITY,
  isStrict: false,
};
const rules = { option: "limits", protocol: "smtp" } as const;
const resolve = (given?: GivenLimits<Limits>): Limits => resolveLimits(DEFAULTS, given, rules);

describe("resolveLimits", () => {
  test("puts what is given over the defaults; what is there and undefined is not given", () => {
    expect(resolve()).toEqual(DEFAULTS);
    const given = { maxBytes: 5, connectMs: undefined, isStrict: true };
    expect(resolve(given)).toEqual({ ...DEFAULTS, maxBytes: 5, isStrict: true });
  });

  test.each([
    [{ maxBytes: Number.NaN }, "limits.maxBytes must be a whole number and at least 1, not NaN"],
    [{ maxBytes: 0 }, "limits.maxBytes must be a whole number and at least 1, not 0"],
    [{ maxBytes: 1.5 }, "limits.maxBytes must be a whole number and at least 1, not 1.5"],
    [{ maxBytes: "5" }, 'limits.maxBytes must be a whole number and at least 1, not "5"'],
    [{ maxBytes: null }, "limits.maxBytes must be a whole number and at least 1, not a object"],
    [{ maxBytes: Infinity }, "limits.maxBytes must be a whole number and at least 1, not Infinity"],
    [
      { maxUses: -Infinity },
      "limits.maxUses must be a whole number and at least 1, or Infinity, not -Infinity",
    ],
    [{ connectMs: 0.5 }, "limits.connectMs must be a number of milliseconds and at least 1, not 0.5"],
    [{ isStrict: 1 }, "limits.isStrict must be true or false, not 1"],
    [{ maxByte: 1 }, "There is no option limits.maxByte; did you mean limits.maxBytes?"],
  ])("refuses %o", (given, message) => {
    const ask = (): Limits => resolve(given as GivenLimits<Limits>);
    expect(ask).toThrow(expect.objectContaining({ code: "invalid-argument", protocol: "smtp", message }));
  });

  test("a time may have a fraction; Infinity is for those that are infinite by default, or are said to be", () => {
    expect(resolve({ connectMs: 1.5, maxUses: Infinity })).toMatchObject({
      connectMs: 1.5,
      maxUses: Infinity,
    });
    const unbounded = ["maxBytes"] as const;
    expect(resolveLimits(DEFAULTS, { maxBytes: Infinity }, { ...rules, unbounded }).maxBytes).toBe(Infinity);
    expect(() => resolveLimits(DEFAULTS, { maxUses: Infinity }, { ...rules, unbounded })).toThrow();
    expect(resolveLimits(DEFAULTS, { connectMs: Infinity }, { ...rules, unbounded: "all" }).connectMs).toBe(
      Infinity,
    );
  });

  test("the least is the same for all, or one for each", () => {
    expect(resolveLimits(DEFAULTS, { maxBytes: 0 }, { ...rules, least: 0 }).maxBytes).toBe(0);
    const least = { maxBytes: 0 };
    expect(resolveLimits(DEFAULTS, { maxBytes: 0 }, { ...rules, least }).maxBytes).toBe(0);
    expect(() => resolveLimits(DEFAULTS, { maxUses: 0 }, { ...rules, least })).toThrow(/at least 1/);
  });

  test("what is long is not repeated in the error", () => {
    const maxBytes = "x".repeat(10_000) as unknown as number;
    expect(() => resolve({ maxBytes })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,200}$/) }),
    );
  });
});
