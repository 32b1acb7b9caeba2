import { expect, test } from "vitest";
import { formatParameterizedValue } from "../../src/header/format-parameters.js";
import { parseParameterizedValue } from "../../src/header/parameterized-value.js";
import { asUtf8, foldedLines, randomTexts, unfolded } from "../support/random-text.js";

test.each<[string, Record<string, string>, string]>([
  ["text/plain", { charset: "utf-8", format: "flowed" }, "text/plain; charset=utf-8; format=flowed"],
  ["attachment", { filename: "my file.pdf" }, 'attachment; filename="my file.pdf"'],
  ["attachment", { filename: 'a "b" \\ c' }, 'attachment; filename="a \\"b\\" \\\\ c"'],
  ["attachment", { filename: "Übersicht.pdf" }, "attachment; filename*=utf-8''%C3%9Cbersicht.pdf"],
  ["attachment", { filename: "=?utf-8?q?a?=" }, "attachment; filename*=utf-8''%3D%3Futf-8%3Fq%3Fa%3F%3D"],
  ["attachment", { filename: "" }, 'attachment; filename=""'],
  [
    "attachment",
    { filename: "日本語".repeat(4) },
    "attachment; filename*0*=utf-8''%E6%97%A5%E6%9C%AC%E8%AA%9E%E6%97%A5;\r\n filename*1*=%E6%9C%AC%E8%AA%9E%E6%97%A5%E6%9C%AC;\r\n filename*2*=%E8%AA%9E%E6%97%A5%E6%9C%AC%E8%AA%9E",
  ],
])("%s with %j", (value, parameters, written) => {
  expect(formatParameterizedValue(value, Object.entries(parameters))).toBe(written);
  const read = parseParameterizedValue(unfolded(written));
  expect([read.value, Object.fromEntries(read.parameters)]).toEqual([value, parameters]);
});

test("nothing but tokens is taken for a value or a name", () => {
  expect(() => formatParameterizedValue("text/plain\r\nBcc: a", [])).toThrow(RangeError);
  expect(() => formatParameterizedValue("text/plain", [["a b", "c"]])).toThrow(RangeError);
  expect(() => formatParameterizedValue("text/plain", [["name*", "c"]])).toThrow(RangeError);
  expect(() => formatParameterizedValue("", [])).toThrow(RangeError);
});

test("any text reads back as it was, on lines of printable ASCII", () => {
  for (const text of randomTexts(1_500, 300)) {
    const written = formatParameterizedValue("attachment", [["filename", text]], { column: 21 });
    const read = parseParameterizedValue(unfolded(written)).parameters.get("filename");
    if (read !== asUtf8(text)) expect(read, written).toBe(asUtf8(text));
    for (const line of foldedLines(written, 21))
      if (line.length > 78 || !/^[\x20-\x7e]*$/.test(line)) expect.fail(`${line.length}: ${line}`);
  }
});
