import { expect, test } from "vitest";
import { withPending } from "../../src/web/mail/pending-changes.js";
import { message } from "./samples.js";

const items = [message(3), message(2), message(1)];

test("what is on its way is shown as if it were done", () => {
  const shown = withPending(items, [
    { ids: [3, 2], op: { type: "flags", seen: true } },
    { ids: [2], op: { type: "flags", flagged: true } },
    { ids: [1], op: { type: "move", folderId: "ada-archive" } },
  ]);
  expect(shown.map(({ id, seen, flagged }) => [id, seen, flagged])).toEqual([
    [3, true, false],
    [2, true, true],
  ]);
});

test("of two changes of one flag the later one is shown", () => {
  const [first] = withPending(items, [
    { ids: [3], op: { type: "flags", seen: true } },
    { ids: [3], op: { type: "flags", seen: false } },
  ]);
  expect(first?.seen).toBe(false);
});

test("once nothing is on its way any more everything is as the server has it", () => {
  expect(withPending(items, [])).toBe(items);
});
