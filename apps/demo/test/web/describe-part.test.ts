import { expect, test } from "vitest";
import { describePart, fileOf } from "../../src/web/mail/describe-part.js";

const plain = {
  path: "1",
  contentType: "text/plain",
  charset: null,
  transferEncoding: "",
  disposition: null,
  filename: null,
  encodedBytes: 12,
};
const file = {
  part: "2",
  filename: "a.pdf",
  safeFilename: "a.pdf",
  contentType: "application/pdf",
  contentId: null,
  isRelated: false,
  sizeBytes: 900,
};

test("a part is described by what it says of itself, in one order", () => {
  expect(describePart(plain)).toBe("12 B");
  const all = {
    charset: "utf-8",
    transferEncoding: "base64",
    disposition: "attachment",
    encodedBytes: 1_200,
  };
  expect(describePart({ ...plain, ...all })).toBe("utf-8 · base64 · 1.2 KB · attachment");
  expect(describePart({ ...plain, encodedBytes: null })).toBe("");
});

test("a part is a file where number and type are the file's", () => {
  const part = { ...plain, path: "2", contentType: "application/pdf" };
  expect(fileOf(part, [file])).toBe(file);
  expect(fileOf({ ...part, path: "3" }, [file])).toBeUndefined();
  expect(fileOf({ ...part, contentType: "text/html" }, [file])).toBeUndefined();
});
