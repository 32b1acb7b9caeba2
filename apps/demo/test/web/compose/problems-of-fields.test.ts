import { expect, test } from "vitest";
import { problemsOfFields } from "../../../src/web/compose/problems-of-fields.js";

test("a problem stands at its field, and at its place in it, whichever way its path is written", () => {
  const { fields, items, others } = problemsOfFields([
    { path: "subject", message: "is missing" },
    { path: "to[1].address", message: "is no address" },
    { path: "/to/1/name", message: "is said already" },
    { path: "/attachments/0", message: "is gone" },
    { path: "replyTo", message: "is odd" },
  ]);
  expect([...fields]).toEqual([["subject", "is missing"]]);
  expect([...items("to")]).toEqual([[1, "is no address"]]);
  expect([...items("attachments")]).toEqual([[0, "is gone"]]);
  expect([...items("cc")]).toEqual([]);
  expect(others).toEqual(["is odd"]);
});
