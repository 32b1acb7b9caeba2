import { expect, test } from "vitest";
import type { AnsweredPart } from "../../src/web/api/answers.js";
import { toPart } from "../../src/web/mail/to-part.js";

function part(path: string, children: AnsweredPart["children"] = []): AnsweredPart {
  const plain = { contentType: "text/plain", transferEncoding: "7bit", encodedBytes: 1 };
  return { ...plain, path, charset: null, disposition: null, filename: null, children };
}

test("parts are parts to any depth, and what is none is left out", () => {
  const { children } = toPart(part("", [part("1", [part("1.1"), null, "text", { path: "1.2" }]), part("2")]));
  expect(children.map(({ path }) => path)).toEqual(["1", "2"]);
  expect(children[0]?.children.map(({ path }) => path)).toEqual(["1.1"]);
});
