import { expect, test } from "vitest";
import { KEY_MAP, readKey } from "../../src/web/keys/key-map.js";

/** The actions of keys that are pressed one after the other. */
function actionsOf(keys: readonly string[]): string[] {
  let before = "";
  return keys.flatMap((key) => {
    const read = readKey(before, key);
    before = read.before;
    return read.action === undefined ? [] : [read.action];
  });
}

test("a key acts, a sequence of two acts at its end", () => {
  expect(actionsOf(["j", "g", "i", "g", "s", "#"])).toEqual(["next", "go-inbox", "go-starred", "delete"]);
});

test("inside a sequence a key means nothing else; after one that went wrong it does again", () => {
  expect(actionsOf(["g", "s"])).toEqual(["go-starred"]);
  expect(actionsOf(["g", "j"])).toEqual(["next"]);
  expect(actionsOf(["g", "g", "i"])).toEqual(["go-inbox"]);
  expect(actionsOf(["i", "q"])).toEqual([]);
});

test("no key does two things, and none begins a sequence as well", () => {
  const keys = KEY_MAP.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(keys.filter((other) => other.startsWith(`${key} `))).toEqual([]);
});
