import { expect, test } from "vitest";
import { problemsOfFields } from "../../../src/web/compose/problems-of-fields.js";
import { changedFields, emptyDraft } from "../../../src/web/drafts/draft-values.js";

test("a problem stands at its field, and at its place in it, whichever way its path is written", () => {
  const { fields, items, others } = problemsOfFields([
    { path: "subject", message: "is missing" },
    { path: "to[1].address", message: "is no address" },
    { path: "/to/1/name", message: "is said already" },
    { path: "/attachments/0", message: "is gone" },
    { path: "replyTo", message: "is odd" },
    { path: "from.address", message: "is no sender" },
  ]);
  expect([...fields]).toEqual([["subject", "is missing"]]);
  expect([...items("to")]).toEqual([[1, "is no address"]]);
  expect([...items("attachments")]).toEqual([[0, "is gone"]]);
  expect([...items("cc")]).toEqual([]);
  // No line of the form says them: they are said below it.
  expect(others).toEqual(["is odd", "is no sender"]);
});

test("a field that was changed since says nothing of what was wrong: its places are others now", () => {
  const { content } = emptyDraft("ada", "");
  const to = ["bob@example.test", "carol@"].map((address) => ({ name: "", address }));
  const before = { ...content, to };
  const problems = [
    { path: "to[1].address", message: "is no address" },
    { path: "subject", message: "is missing" },
  ];
  const changed = changedFields(before, { ...before, to: to.slice(1) });
  expect(changed).toEqual(["to"]);
  expect([...problemsOfFields(problems, changed).items("to")]).toEqual([]);
  expect([...problemsOfFields(problems, changed).fields]).toEqual([["subject", "is missing"]]);
  expect(changedFields(before, before)).toEqual([]);
});
