import { expect, test } from "vitest";
import * as everybody from "../src/index.js";
import * as internal from "../src/internal.js";

test("what only the protocol packages share is nowhere among what everybody may use", () => {
  const shared = Object.keys(internal);
  expect(shared).toEqual(expect.arrayContaining(["dial", "loggedOpening", "requireOptions", "roundMs"]));
  expect(shared.filter((name) => name in everybody)).toEqual([]);
});
