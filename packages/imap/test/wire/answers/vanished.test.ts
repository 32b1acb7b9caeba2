import { expect, it } from "vitest";
import { parseVanished } from "../../../src/wire/answers/vanished.js";
import { countUids } from "../../../src/wire/uid-set.js";
import { readResponse } from "../../support/read-responses.js";

it.each([
  [
    "VANISHED 405,407",
    false,
    [
      [405, 405],
      [407, 407],
    ],
  ],
  [
    "VANISHED (EARLIER) 300:310,405",
    true,
    [
      [300, 310],
      [405, 405],
    ],
  ],
  ["VANISHED (EARLIER) 9:7,", true, [[7, 9]]],
  ["VANISHED (EARLIER) 12:*", true, [[12, 0xffff_ffff]]],
  ["VANISHED (earlier) 1:4294967295", true, [[1, 0xffff_ffff]]],
  ["VANISHED", false, []],
  ["VANISHED (EARLIER)", true, []],
])("%s", (line, isEarlier, ranges) => {
  const response = readResponse(`* ${line}`);
  expect(parseVanished(response)).toEqual({ isEarlier, ranges });
});

it("UIDs are counted without being spelled out", () => {
  expect(
    countUids([
      [1, 4_294_967_295],
      [7, 7],
    ]),
  ).toBe(4_294_967_296);
});
