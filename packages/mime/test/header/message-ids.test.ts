import { expect, test } from "vitest";
import { formatMessageIds, parseMessageIds } from "../../src/header/message-ids.js";
import { unfolded } from "../support/random-text.js";

test.each([
  ["<a@b>", ["<a@b>"]],
  ["<a@b> <c@d>\t<e@f>", ["<a@b>", "<c@d>", "<e@f>"]],
  ["<a@b><c@d>", ["<a@b>", "<c@d>"]],
  ["<a @ b>", ["<a@b>"]],
  ["a@b", ["<a@b>"]],
  ["Your message of Friday <a@b>", ["<a@b>"]],
  ["<open@b", ["<open@b>"]],
  ["<>", []],
  ["", []],
])("%j holds %j", (raw, ids) => {
  expect(parseMessageIds(raw)).toEqual(ids);
});

test("identifiers are written on lines that readers take them off", () => {
  const ids = Array.from({ length: 40 }, (_, index) => `<${index}.${"x".repeat(index)}@example.org>`);
  const written = formatMessageIds(ids, { column: 12 });
  expect(Math.max(...written.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
  expect(parseMessageIds(unfolded(written))).toEqual(ids);
  expect(formatMessageIds(["a@b"])).toBe("<a@b>");
});

test.each(["a b@c", "<a@b>\r\nBcc: c", "<a@<b>", "", "<>"])("%j is no identifier to write", (id) => {
  expect(() => formatMessageIds([id])).toThrow(RangeError);
});

test("an identifier without brackets and domain counts when it stands alone", () => {
  expect(parseMessageIds("abc")).toEqual(["<abc>"]);
  expect(parseMessageIds("your message of Friday")).toEqual([]);
});
