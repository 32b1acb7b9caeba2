import { describe, expect, test } from "vitest";
import {
  EMPTY_LIST_STATE,
  extend,
  extendTo,
  neighbour,
  step,
  targets,
  toggle,
} from "../../src/web/list/list-state.js";

const ids = [5, 4, 3, 2, 1];

describe("moving in a list", () => {
  test("begins at the top, and stays at the ends", () => {
    expect(step(ids, undefined, 1)).toBe(5);
    expect(step(ids, 4, 1)).toBe(3);
    expect(step(ids, 4, -1)).toBe(5);
    expect(step(ids, 5, -1)).toBe(5);
    expect(step(ids, 1, 1)).toBe(1);
    expect(step([], undefined, 1)).toBeUndefined();
  });

  test("begins anew when the active row is gone", () => {
    expect(step(ids, 99, 1)).toBe(5);
  });

  test("goes on at the row below what left, and above it at the end", () => {
    expect(neighbour(ids, [4, 3], 4)).toBe(2);
    expect(neighbour(ids, [2, 1], 1)).toBe(3);
    expect(neighbour(ids, [4], 2)).toBe(2);
    expect(neighbour(ids, ids, 3)).toBeUndefined();
  });
});

describe("selecting in a list", () => {
  test("by toggling one row, by extending to the next, by a range", () => {
    const one = toggle(EMPTY_LIST_STATE, 4);
    expect([...one.selected]).toEqual([4]);
    expect([...toggle(one, 4).selected]).toEqual([]);
    const two = extend({ ...EMPTY_LIST_STATE, activeId: 4 }, ids, 1);
    expect(two).toEqual({ activeId: 3, selected: new Set([4, 3]) });
    expect([...extendTo(two, ids, 1).selected]).toEqual([4, 3, 2, 1]);
    expect([...extendTo({ ...EMPTY_LIST_STATE, activeId: 2 }, ids, 4).selected]).toEqual([4, 3, 2]);
  });

  test("is what an action is about, or else the active row; never what the list has no longer", () => {
    expect(targets({ activeId: 5, selected: new Set([3, 99]) }, ids)).toEqual([3]);
    expect(targets({ activeId: 5, selected: new Set([99]) }, ids)).toEqual([5]);
    expect(targets({ activeId: 99, selected: new Set() }, ids)).toEqual([]);
  });
});
