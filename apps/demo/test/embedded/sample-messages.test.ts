import { parseMessage } from "@mailwright/parser";
import { expect, test } from "vitest";
import { createSampleMessages } from "../../src/embedded/sample-messages.js";

test("the same seed gives the same messages, another seed others", () => {
  const raw = (seed: number) => createSampleMessages(seed, "ada@example.test").map((m) => m.raw.toString());
  expect(raw(1)).toEqual(raw(1));
  expect(raw(1)).not.toEqual(raw(2));
});

test("every message parses to the text that was meant", () => {
  const subjects = createSampleMessages(1, "ada@example.test").map((m) => parseMessage(m.raw).subject);
  expect(subjects).toContain("会議の議事録をお送りします");
  expect(subjects).toContain("Отчёт за октябрь");
  expect(subjects).toContain("Zażółć gęślą jaźń");
  expect(subjects.length).toBeGreaterThanOrEqual(30);
});

test("attachments, inline images and unusual file names survive", () => {
  const messages = createSampleMessages(1, "ada@example.test").map((m) => parseMessage(m.raw));
  const files = messages.flatMap((m) => m.attachments.map((a) => a.filename));
  expect(files).toContain("Vertrag – unterschrieben.pdf");
  expect(files).toContain("logo.png");
});
