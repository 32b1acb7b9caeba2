import { describe, expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

const HEAD = "From: a@example.org\nDate: Fri, 20 Nov 2026 10:13:00 +0000\n";
const FILE = "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF\n";

function read(source: string): { text: string | undefined; files: unknown[]; defects: string[] } {
  const message = parseMessage(source);
  return {
    text: message.text?.trim(),
    files: message.attachments.map(({ filename }) => filename),
    defects: message.defects.map(({ code }) => code),
  };
}

describe("a multipart whose header runs into its first part", () => {
  const typed = `${HEAD}Content-Type: multipart/mixed; boundary="b"\n`;

  test.each([
    ["with a header", "--b\nContent-Type: text/plain\n\nhello\n"],
    ["without one", "--b\n\nhello\n"],
    ["behind white space", "--b  \nContent-Type: text/plain\n\nhello\n"],
  ])("%s loses nothing", (_name, first) => {
    expect(read(`${typed}${first}--b\n${FILE}--b--\n`)).toEqual({
      text: "hello",
      files: ["a.pdf"],
      defects: ["malformed-header"],
    });
  });

  test("loses nothing when it is a part itself", () => {
    const inner = `Content-Type: multipart/mixed; boundary=c\n--c\n\nhello\n--c\n${FILE}--c--\n`;
    expect(read(`${typed}\n--b\n${inner}--b--\n`)).toEqual({
      text: "hello",
      files: ["a.pdf"],
      defects: ["malformed-header"],
    });
  });

  test("is told apart from other lines with hyphens", () => {
    const source = `${typed}--x\nSubject: s\n\n--b\n\nhello\n--b--\n`;
    expect(read(source)).toMatchObject({ text: "hello", files: [] });
    expect(parseMessage(source).subject).toBe("s");
  });
});

test("a part whose header runs into the next part hides it not", () => {
  const source = `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n--b\n${FILE}--b--\n`;
  expect(read(source)).toEqual({ text: "", files: ["a.pdf"], defects: ["malformed-header"] });
});

test("a multipart that is closed before it has a part has its boundary all the same", () => {
  expect(read(`${HEAD}Content-Type: multipart/mixed; boundary=b\n\nnothing\n--b--\n`).defects).toEqual([]);
});

describe("structural fields that are there twice", () => {
  const body = `\n--b\n\nhello\n--b\n${FILE}--b--\n`;
  const multipart = "Content-Type: multipart/mixed; boundary=b\n";

  test.each([
    ["a multipart before a text", `${multipart}Content-Type: text/plain\n`],
    ["a text before a multipart", `Content-Type: text/plain\n${multipart}`],
    [
      "a multipart before another whose boundary is nowhere",
      `${multipart}Content-Type: multipart/mixed; boundary=x\n`,
    ],
    ["a multipart behind another", `Content-Type: multipart/mixed; boundary=x\n${multipart}`],
    ["the boundary that counts first", "Content-Type: multipart/mixed; boundary=b; boundary=x\n"],
    ["the boundary that counts last", "Content-Type: multipart/mixed; boundary=x; boundary=b\n"],
  ])("%s: no part is hidden, and it is told", (_name, fields) => {
    const { text, files, defects } = read(HEAD + fields + body);
    expect({ text, files }).toEqual({ text: "hello", files: ["a.pdf"] });
    expect(defects).toContain("duplicate-header");
  });

  test("a boundary in the middle of a line is none", () => {
    const field = "Content-Type: multipart/mixed; boundary=x; boundary=b\n";
    expect(read(`${HEAD}${field}\nsee --x\n${body.slice(1)}`)).toMatchObject({ files: ["a.pdf"] });
  });

  test("text before the first part is shown when a field says that it is one", () => {
    const source = `${HEAD}${multipart}Content-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\nhello\n--b\n${FILE}--b--\n`;
    expect(read(source)).toMatchObject({ text: "hello", files: ["a.pdf"] });
  });

  test("a multipart without parts leaves the other type to count", () => {
    const message = parseMessage(
      `${HEAD}${multipart}Content-Type: text/html; charset=iso-8859-1\n\n<p>h\u00e9</p>\n`,
    );
    expect(message.html?.trim()).toBe("<p>h\u00e9</p>");
  });

  test.each(["Content-Transfer-Encoding: 7bit", "Content-Disposition: inline", "Content-ID: <a@b>"])(
    "two fields of a part like %s are told, with the part",
    (field) => {
      const source = `${HEAD}${multipart}\n--b\n${field}\n${field}\n\nhello\n--b--\n`;
      expect(parseMessage(source).defects).toEqual([
        expect.objectContaining({ code: "duplicate-header", part: "1" }),
      ]);
    },
  );
});

test.each([72, 500, 900])("a boundary of %i characters counts", (length) => {
  const boundary = "b".repeat(length);
  const source = `${HEAD}Content-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary}\n\nhello\n--${boundary}\n${FILE}--${boundary}--\n`;
  expect(read(source)).toEqual({ text: "hello", files: ["a.pdf"], defects: [] });
});

describe("text behind a boundary on its line", () => {
  const typed = (boundary: string): string =>
    `${HEAD}Content-Type: multipart/mixed; boundary="${boundary}"\n\n`;

  test.each([
    ["of every part", `--b see below\n\nhello\n--b\tthe file\n${FILE}--b-- the end\n`],
    ["of the first", `--b see below\n\nhello\n--b\n${FILE}--b--\n`],
    ["of the last", `--b\n\nhello\n--b x\n${FILE}--b--\n`],
    ["of the end", `--b\n\nhello\n--b\n${FILE}--b-- x\n`],
  ])("%s hides no part, and is told", (_name, body) => {
    expect(read(typed("b") + body)).toEqual({
      text: "hello",
      files: ["a.pdf"],
      defects: ["malformed-delimiter"],
    });
  });

  test("is found among so many hyphens that lines are no longer looked at one by one", () => {
    const rows = "-a\n".repeat(5_000);
    expect(read(`${typed("b")}--b x\n\nhello\n${rows}--b x\n${FILE}${rows}--b--\n`)).toMatchObject({
      files: ["a.pdf"],
      defects: ["malformed-delimiter"],
    });
  });

  test("is told for the multipart that the boundary belongs to", () => {
    const inner = `Content-Type: multipart/mixed; boundary="b c"\n\n--b c x\n\nhello\n--b c--\n`;
    const { defects, attachments, text } = parseMessage(`${typed("b")}--b\n${inner}--b\n${FILE}--b--\n`);
    expect(defects).toEqual([expect.objectContaining({ code: "malformed-delimiter", part: "1" })]);
    expect([text, attachments.length]).toEqual(["hello", 1]);
  });

  test("belongs to the longest boundary that it starts with", () => {
    const inner = `Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n`;
    const { attachments } = parseMessage(`${typed("b c")}--b c\n${inner}--b c x\n${FILE}--b c--\n`);
    expect(attachments.map(({ path }) => path)).toEqual(["2"]);
  });

  test.each(["--bx", "--b2 y", "-- b", "--", "--B x"])("is something else than another word: %s", (line) => {
    expect(read(`${typed("b")}--b\n\nhello\n${line}\n--b--\n`)).toEqual({
      text: `hello\n${line}`,
      files: [],
      defects: [],
    });
  });

  test("is not seen in a rule of hyphens", () => {
    const rule = "------ Forwarded message ------";
    expect(read(`${typed("----")}------\n\nhello\n${rule}\n--------\n`)).toMatchObject({
      text: `hello\n${rule}`,
      defects: [],
    });
  });
});

describe("a boundary that is folded", () => {
  const typed = (lineEnd: string, blank: string): string =>
    `${HEAD}Content-Type: multipart/mixed; boundary="abc${lineEnd}${blank}def"\n\n`;

  test.each([
    ["without its blank", " ", "abcdef"],
    ["with it", " ", "abc def"],
    ["with a space for its tab", "\t", "abc def"],
  ])("counts as its lines have it, %s, and is told", (_name, blank, line) => {
    const body = `--${line}\n\nhello\n--${line}\n${FILE}--${line}--\n`;
    const expected = { text: "hello", files: ["a.pdf"], defects: ["missing-boundary"] };
    expect(read(typed("\n", blank) + body)).toEqual(expected);
    const inner = typed("\n", blank).slice(HEAD.length) + body;
    const outer = `${HEAD}Content-Type: multipart/mixed; boundary=o\n\n--o\n${inner}--o--\n`;
    expect(read(outer)).toEqual(expected);
  });

  test.each(["abcdef", "abc def", "abc\tdef"])("is none to be guessed: %j", (line) => {
    const body = `--${line}\n\nhello\n--${line}\n\nbye\n--${line}--\n`;
    expect(read(typed("\n", "\t") + body).text).toBe("hello\nbye");
  });

  test("is as good as any other when it has a blank and is not folded", () => {
    const body = `--abc def\n\nhello\n--abc def\n${FILE}--abc def--\n`;
    expect(read(typed("", " ") + body)).toEqual({ text: "hello", files: ["a.pdf"], defects: [] });
  });

  test("is guessed where it has no quotation marks", () => {
    const head = `${HEAD}Content-Type: multipart/mixed; boundary=abc\n def\n\n`;
    const part = "--abcdef\nContent-Type: text/plain\n\nhello\n";
    expect(read(`${head}${part}--abcdef\n${FILE}--abcdef--\n`)).toEqual({
      text: "hello",
      files: ["a.pdf"],
      defects: ["missing-boundary"],
    });
  });
});

test("the start of a multipart/related is shown wherever it stands", () => {
  const source = (start: string): string =>
    `${HEAD}Content-Type: multipart/related; boundary=b; type="text/html"${start}\n\n--b\nContent-Type: image/png\nContent-ID: <i@x>\n\npng\n--b\nContent-Type: text/html\nContent-ID: <h@x>\n\n<p>hi</p>\n--b--\n`;
  const shown = parseMessage(source('; start="<h@x>"'));
  expect(shown.html?.trim()).toBe("<p>hi</p>");
  expect(shown.attachments.map(({ contentType }) => contentType)).toEqual(["image/png"]);
  // The one that it names is nowhere: the first part is the root.
  expect(parseMessage(source('; start="<none@x>"')).html).toBeUndefined();
  const htmlFirst = source('; start="<none@x>"').replace("image/png", "text/html");
  expect(parseMessage(htmlFirst).html?.trim()).toBe("png");
});
