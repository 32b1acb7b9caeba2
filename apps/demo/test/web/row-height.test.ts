import { expect, test } from "vitest";
import { ROW_HEIGHTS, toDensity } from "../../src/web/theme/row-height.js";

test("rows are high unless dense ones were chosen", () => {
  expect(ROW_HEIGHTS[toDensity("dense")]).toBe(44);
  for (const stored of [null, "usual", "", "huge"]) expect(ROW_HEIGHTS[toDensity(stored)]).toBe(68);
});
