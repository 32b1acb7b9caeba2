import { expect, test } from "vitest";
import { AdaptiveCap } from "../../../src/pool/state/adaptive-cap.js";

const NEVER = Number.POSITIVE_INFINITY;

test("a cap falls to what the server did grant", () => {
  const cap = new AdaptiveCap(10);
  expect(cap.mayOpenAt(9)).toBeLessThanOrEqual(0);
  expect(cap.mayOpenAt(10)).toBe(NEVER);
  cap.refused(4, 1_000);
  expect(cap.value).toBe(4);
  expect(cap.mayOpenAt(3)).toBeLessThanOrEqual(1_000);
  expect(cap.mayOpenAt(5)).toBe(NEVER);
});

test("a cap rises by one at a time, tried once a minute, until it is forgotten", () => {
  const cap = new AdaptiveCap(3);
  cap.refused(1, 0);
  expect(cap.mayOpenAt(1)).toBe(60_000);
  cap.trying(1, 60_000);
  expect(cap.mayOpenAt(1)).toBe(120_000);
  cap.granted(2);
  expect(cap.value).toBe(2);
  cap.trying(2, 120_000);
  cap.granted(3);
  expect(cap.value).toBe(3);
  expect(cap.mayOpenAt(3)).toBe(NEVER);
});

test("a try that is refused again makes the next one wait twice as long, up to 15 minutes", () => {
  const cap = new AdaptiveCap(3);
  cap.refused(2, 0);
  const waits: number[] = [];
  for (let i = 0, now = 0; i < 6; i++) {
    now = cap.mayOpenAt(2);
    cap.trying(2, now);
    cap.refused(2, now);
    waits.push(cap.mayOpenAt(2) - now);
  }
  expect(waits).toEqual([120_000, 240_000, 480_000, 900_000, 900_000, 900_000]);
});

test("an account that gets no connection at all is left alone for longer and longer", () => {
  const cap = new AdaptiveCap(3);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    cap.refused(0, 0);
    waits.push(cap.mayOpenAt(0));
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(cap.value).toBe(1);
  cap.granted(1);
  cap.refused(0, 0);
  expect(cap.mayOpenAt(0)).toBe(1_000);
});

test("the server's own wish to be left alone counts when it is longer", () => {
  const cap = new AdaptiveCap(3);
  cap.refused(0, 0, 300_000);
  expect(cap.mayOpenAt(0)).toBe(300_000);
  cap.forget();
  expect(cap.value).toBe(3);
  expect(cap.mayOpenAt(2)).toBeLessThanOrEqual(0);
});
