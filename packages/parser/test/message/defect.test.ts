import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

/** A message with `count` parts whose headers hold a line that is no field. */
function withBrokenParts(count: number, header: string): string {
  const parts = Array.from({ length: count }, () => "--b\nno field\n\nx\n").join("");
  return `${header}Content-Type: multipart/mixed; boundary=b\n\n${parts}--b--\n`;
}

test("many broken parts do not hide what is wrong with the message", () => {
  const header = 'From: "boss@example.org" <a@example.com>\nDate: nonsense\n';
  const message = parseMessage(withBrokenParts(900, header));
  void message.date;
  const codes = new Set(message.defects.map(({ code }) => code));
  expect([...codes].sort()).toEqual(["malformed-date", "malformed-header", "misleading-display-name"]);
});

test("one kind of defect is listed for a hundred parts at most", () => {
  const { defects } = parseMessage(
    withBrokenParts(900, "From: a@b\nDate: Fri, 20 Nov 2026 10:13:00 +0100\n"),
  );
  expect(defects).toHaveLength(100);
  expect(new Set(defects.map(({ part }) => part)).size).toBe(100);
});

test("the defects of a message with too many to list are the same with LF, CRLF and CR", () => {
  const source = withBrokenParts(300, "");
  const [lf, crlf, cr] = ["\n", "\r\n", "\r"].map((lineEnd) =>
    parseMessage(source.replaceAll("\n", lineEnd)).defects.filter(({ code }) => code !== "mixed-line-ends"),
  );
  expect(crlf).toEqual(lf);
  expect(cr).toEqual(lf);
});
