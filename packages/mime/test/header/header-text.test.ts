import { expect, test } from "vitest";
import { decodeHeaderText } from "../../src/header/header-text.js";

test.each([
  ["=?utf-8?q?a_b=C3=A4?=", "a bä"],
  ["=?UTF-8?B?w6Q=?=", "ä"],
  ["=?iso-8859-1?q?=E4?= =?iso-8859-1?q?=F6?=", "äö"],
  ["=?utf-8?q?=C3?= =?utf-8?q?=A4?=", "ä"],
  ["=?utf-8?b?4pyT?==?utf-8?b?4pyT?=", "✓✓"],
  ["a =?utf-8?q?b?= c", "a b c"],
  ["=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"],
  ["=?utf-8*en?q?a?=", "a"],
  ["=?utf-8?q?a b?=", "a b"],
  ["=?utf-8?q?a", "=?utf-8?q?a"],
  ["=?utf-8?x?a?=", "=?utf-8?x?a?="],
  ["=?=?utf-8?q?a?=", "=?a"],
  ["=?utf-8?q?=zz?=", "=zz"],
  ["=?iso-2022-jp?b?GyRCRnwbKEI=?=", "日"],
  ["gr\u00fc\u00dfe", "grüße"],
  ["gr\u00c3\u00bc\u00c3\u009fe", "grüße"],
  ["\u001b$BF|\u001b(B", "日"],
])("%j is %j", (raw, expected) => {
  expect(decodeHeaderText(raw)).toBe(expected);
});
