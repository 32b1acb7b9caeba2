import { describe, expect, test } from "vitest";
import { answerPeople, listPostIn } from "../../../src/web/compose/answer-people.js";

const person = (address: string, name = "") => ({ name, address });
const ADA = "ada@example.test";
const own = [ADA, "ada@work.test"];
const LIST = "bridges@lists.test";

interface Given {
  readonly from?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: readonly string[];
}

function parent({ from = "bob@example.test", to = [ADA], cc = [], replyTo = [] }: Given) {
  const list = (addresses: readonly string[]) => addresses.map((address) => person(address));
  return {
    fromName: "Bob",
    fromAddress: from,
    recipients: { to: list(to), cc: list(cc), replyTo: list(replyTo) },
  };
}

function answer(given: Given, toAll: boolean, listPost?: string): { to: string[]; cc: string[] } {
  const { to, cc } = answerPeople(parent(given), { toAll, own, listPost });
  return { to: to.map(({ address }) => address), cc: cc.map(({ address }) => address) };
}

describe("an answer", () => {
  test.each([
    ["to the author", {}, false, ["bob@example.test"], []],
    ["where the author wants it", { replyTo: ["desk@example.test"] }, false, ["desk@example.test"], []],
    [
      "to all others, and not to the reader, by whatever address",
      { to: ["ADA@example.test", "carol@x.test"], cc: ["ada@work.test", "dan@x.test"] },
      true,
      ["bob@example.test"],
      ["carol@x.test", "dan@x.test"],
    ],
    [
      "to nobody twice",
      { to: [ADA, "Bob@example.test", "carol@x.test"], cc: ["CAROL@x.test"] },
      true,
      ["bob@example.test"],
      ["carol@x.test"],
    ],
    [
      "to what the reader sent goes on to whom it went",
      { from: ADA, to: ["carol@x.test"] },
      false,
      ["carol@x.test"],
      [],
    ],
    [
      "to all of what the reader sent keeps the copies",
      { from: ADA, to: ["carol@x.test"], cc: ["dan@x.test"] },
      true,
      ["carol@x.test"],
      ["dan@x.test"],
    ],
    ["to a note to oneself", { from: ADA, to: [ADA] }, true, [ADA], []],
    [
      "where the author wants it to be the reader goes to the others",
      { replyTo: [ADA], to: [ADA, "carol@x.test"] },
      true,
      ["carol@x.test"],
      [],
    ],
  ] as const)("goes %s", (_title, given, toAll, to, cc) => {
    expect(answer(given, toAll)).toEqual({ to, cc });
  });

  test("to a list's message goes to the author, though the list put itself there", () => {
    expect(answer({ to: [LIST], replyTo: [LIST] }, false, LIST)).toEqual({
      to: ["bob@example.test"],
      cc: [],
    });
  });

  test("to all of a list's message goes to the list once, also where it was not named", () => {
    const all = { to: ["bob@example.test"], cc: [LIST] };
    expect(answer({ to: [LIST] }, true, LIST)).toEqual(all);
    expect(answer({ to: [ADA] }, true, LIST)).toEqual(all);
  });
});

test.each([
  ["<mailto:bridges@lists.test>", LIST],
  ["<https://lists.test/post>, <mailto:bridges@lists.test?subject=x> (moderated)", LIST],
  ["NO (posting not allowed)", undefined],
  ["<mailto:%zz>", undefined],
])("List-Post of %s", (value, address) => {
  expect(
    listPostIn([
      { name: "Subject", value: "x" },
      { name: "list-post", value },
    ]),
  ).toBe(address);
});
