import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { MessageHeaders } from "../../src/header/message-headers.js";

test("a field is on one line, however many lines it was folded into and whatever ended them", () => {
  const random = seededRandom(11);
  const pieces = ["a", "b c", "\r\n ", "\n\t", "\r", "\r\r\n ", "\n \r\n ", "x".repeat(40)];
  for (let count = 0; count < 2_000; count++) {
    const length = Math.floor(random() * (count % 10 === 0 ? 120 : 12));
    const folded = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const line = `a${folded}b`.replace(/\r?\n/g, "").replaceAll("\r", " ");
    expect(new MessageHeaders(`X: a${folded}b\r\nY: next\r\n`).toJSON()).toEqual([
      { name: "X", value: line },
      { name: "Y", value: "next" },
    ]);
  }
});

test("fields are found by their names in any case, and by nothing that looks like them", () => {
  const headers = new MessageHeaders(
    "X-@: at\r\nX-[: bracket\r\nSUBJECT: one\r\nSubjecT: two\r\nSubjec: short\r\n",
  );
  expect(headers.getAll("Subject")).toEqual(["one", "two"]);
  expect(headers.get("x-`")).toBeUndefined();
  expect(headers.get("x-{")).toBeUndefined();
  expect(headers.get("X-@")).toBe("at");
  expect(headers.get("subject ")).toBeUndefined();
});
