import { toSafeFilename } from "@mailwright/parser";
import { expect, test } from "vitest";

test.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Windows\\system.ini", "system.ini"],
  ["a\0.txt", "a.txt"],
  ["a\r\nX.txt", "aX.txt"],
  ["..", "fallback"],
  [".", "fallback"],
  ["", "fallback"],
  ["/", "fallback"],
  [".bashrc", "bashrc"],
  ["CON", "_CON"],
  ["nul.txt", "_nul.txt"],
  ["com1", "_com1"],
  ["lpt\u00b2.txt", "_lpt\u00b2.txt"],
  ["CONOUT$", "_CONOUT$"],
  ["soft\u00adhyphen\u061c\u{e0041}.txt", "softhyphen.txt"],
  ["invoice\u202Efdp.exe", "invoicefdp.exe"],
  ["zero\u200Bwidth.txt", "zerowidth.txt"],
  ['a<b>:"|?*.txt', "ab.txt"],
  ["trailing. . ", "trailing"],
  ["\ud800.txt", "txt"],
  ["A\u0308.txt", "Ä.txt"],
])("%j becomes %j", (name, expected) => {
  expect(toSafeFilename(name, { fallback: "fallback" })).toBe(expected);
});

test("a long name keeps its extension and fits in 150 bytes", () => {
  const name = toSafeFilename(`${"ä".repeat(5_000)}.pdf`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(150);
  expect(name.endsWith("ä.pdf")).toBe(true);
});

test("no name means the fallback", () => {
  expect(toSafeFilename(undefined, { fallback: "attachment-1.pdf" })).toBe("attachment-1.pdf");
  expect(toSafeFilename("..")).toBe("attachment");
});

test("names of one folder are unique without regard to case", () => {
  const taken = new Map<string, number>();
  const names = ["a.txt", "A.txt", "a (2).txt", "a.txt"].map((name) => toSafeFilename(name, { taken }));
  expect(names).toEqual(["a.txt", "A (2).txt", "a (2) (2).txt", "a (3).txt"]);
  expect(toSafeFilename(undefined, { taken })).toBe("attachment");
  expect(toSafeFilename(undefined, { taken })).toBe("attachment (2)");
});

test.each([
  ["-rf", "rf"],
  ["--help.txt", "help.txt"],
  ["~", "attachment"],
  ["~root", "root"],
  ["a-b~.txt", "a-b~.txt"],
])("%j is neither an option nor a home folder: %j", (filename, expected) => {
  expect(toSafeFilename(filename)).toBe(expected);
});
