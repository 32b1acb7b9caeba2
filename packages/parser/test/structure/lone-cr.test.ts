import { expect, test } from "vitest";
import { DefectLog } from "../../src/message/defect-log.js";
import { withLfForLoneCr } from "../../src/structure/lone-cr.js";

test("every CR without an LF becomes one, wherever it stands among the others", () => {
  const pieces = ["\r", "\r\n", "\n", "a", "\u008d\u000b", "\r\r"];
  for (let seed = 0; seed < 6 ** 5; seed++) {
    let text = `x${"\r".repeat(8)}y`;
    for (let rest = seed, count = 0; count < 5; count++, rest = Math.floor(rest / pieces.length))
      text += pieces[rest % pieces.length];
    const converted = withLfForLoneCr(Buffer.from(text, "latin1"), new DefectLog());
    expect(converted.toString("latin1"), JSON.stringify(text)).toBe(text.replace(/\r(?!\n)/g, "\n"));
  }
});

test("a message whose lines end with CRLF or LF is not copied", () => {
  for (const text of ["a\r\nb\r\nc\rd", "a\nb\rc\nd"]) {
    const bytes = Buffer.from(text);
    expect(withLfForLoneCr(bytes, new DefectLog())).toBe(bytes);
  }
});
