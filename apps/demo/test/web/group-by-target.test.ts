import { expect, test } from "vitest";
import { groupByTarget } from "../../src/web/view/group-by-target.js";
import { folder, message } from "./samples.js";

const folders = [folder("ada", "archive"), folder("bob", "inbox"), folder("eve", "archive")];

test("each message goes to its own account's folder; one without such a folder, or already there, stays", () => {
  const messages = [
    message(1),
    message(2, { accountId: "eve" }),
    message(3, { accountId: "bob" }),
    message(4),
    message(5, { folderId: "ada-archive" }),
  ];
  const { groups, without } = groupByTarget(messages, folders, "archive");
  expect(groups).toEqual([
    { ids: [1, 4], op: { type: "move", folderId: "ada-archive" } },
    { ids: [2], op: { type: "move", folderId: "eve-archive" } },
  ]);
  expect(without.map(({ id }) => id)).toEqual([3, 5]);
});
