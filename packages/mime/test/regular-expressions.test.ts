import { findExpressions, findSlowText, SourceFiles } from "@mailwright/suite";
import { describe, expect, test } from "vitest";

const sources = new SourceFiles("mime");

describe("every regular expression of the source", () => {
  const expressions = findExpressions(sources);

  test("is found", () => {
    const used = sources.paths.flatMap(
      (file) => sources.textOf(file).match(/\.(?:test|exec|matchAll|replace)\(|new RegExp\(/g) ?? [],
    );
    expect(expressions.length).toBeGreaterThan(20);
    expect(used.length).toBeGreaterThan(15);
  });

  test.each(expressions)("$place takes linear time", { timeout: 120_000 }, async ({ pattern }) => {
    const slow = await findSlowText(pattern);
    expect(slow, `${slow?.told} on ${JSON.stringify(slow?.text)}`).toBeUndefined();
  });
});
