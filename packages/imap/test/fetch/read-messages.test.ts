import { describe, expect, it } from "vitest";
import { groupByBytes } from "../../src/fetch/read-messages.js";

describe("batches", () => {
  it("stay under a weight, and what is heavier goes alone", () => {
    expect(groupByBytes([1, 2, 3, 9, 1, 1], (weight) => weight, 5)).toEqual([[1, 2], [3], [9], [1, 1]]);
  });
});
