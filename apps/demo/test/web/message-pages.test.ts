import { expect, test } from "vitest";
import {
  itemsOf,
  patchItems,
  placeItem,
  removeItems,
  replaceItem,
} from "../../src/web/mail/message-pages.js";
import { message, pages } from "./samples.js";

const idsOf = (data: ReturnType<typeof pages>) => itemsOf(data).map(({ id }) => id);

test("a message is placed where its date says", () => {
  const data = pages([
    [9, 7],
    [5, 3],
  ]);
  expect(idsOf(placeItem(data, message(10)))).toEqual([10, 9, 7, 5, 3]);
  expect(idsOf(placeItem(data, message(6)))).toEqual([9, 7, 6, 5, 3]);
  expect(idsOf(placeItem(data, message(1)))).toEqual([9, 7, 5, 3, 1]);
  expect(idsOf(placeItem(pages([[]]), message(1)))).toEqual([1]);
});

test("of two messages of one moment the one with the higher number is first", () => {
  const { date } = message(5);
  expect(idsOf(placeItem(pages([[9, 5]]), message(6, { date })))).toEqual([9, 6, 5]);
  expect(idsOf(placeItem(pages([[9, 5]]), message(4, { date })))).toEqual([9, 5, 4]);
});

test("a message further down than was read is left to the next page", () => {
  const data = pages([[9, 7]], "more");
  expect(placeItem(data, message(1))).toBe(data);
});

test("a message that is there already takes its own place, and is there once", () => {
  const data = placeItem(pages([[9, 7]]), message(7, { seen: true }));
  expect(itemsOf(data).map(({ id, seen }) => [id, seen])).toEqual([
    [9, false],
    [7, true],
  ]);
});

test("removing, patching and replacing leave the rest as it is, to the object", () => {
  const data = pages([
    [9, 7],
    [5, 3],
  ]);
  expect(idsOf(removeItems(data, new Set([7, 5])))).toEqual([9, 3]);
  expect(removeItems(data, new Set([99]))).toBe(data);
  const patched = patchItems(data, new Set([5]), { flagged: true });
  expect(
    itemsOf(patched)
      .filter(({ flagged }) => flagged)
      .map(({ id }) => id),
  ).toEqual([5]);
  expect(patched.pages[0]).toBe(data.pages[0]);
  expect(replaceItem(data, message(99))).toBe(data);
});
