import { expect, test } from "vitest";
import type { DefectCode } from "../../src/message/message-defect.js";
import type { ParseLimits } from "../../src/message/parse-limits.js";
import { parseMessage } from "../../src/parse-message.js";

const part = (content: string): string => `--b\nContent-Type: text/plain\n\n${content}\n`;
const MIXED =
  'From: a@b.c\nDate: Fri, 20 Nov 2026 10:13:00 +0000\nSubject: kept\nContent-Type: multipart/mixed; boundary="b"\n\n';
const level = (n: number): string => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`;
const nested = (depth: number): string =>
  `${Array.from({ length: depth }, (_, n) => level(n)).join("")}Content-Type: text/plain\n\ndeep\n`;

test.each<[string, string, Partial<ParseLimits>, DefectCode, string]>([
  ["size", `${MIXED}${part("first")}${part("x".repeat(1_000))}`, { maxBytes: 200 }, "size-limit", "first"],
  [
    "header",
    `Subject: kept\n${"X-A: b\n".repeat(1_000)}\nbody`,
    { maxHeaderBytes: 100 },
    "header-limit",
    "body",
  ],
  [
    "header lines",
    `Subject: kept\n${"X-A: b\n".repeat(1_000)}\r\nbody`,
    { maxHeaderLines: 100 },
    "header-limit",
    "body",
  ],
  ["parts", `${MIXED}${part("first")}${part("second").repeat(10)}`, { maxParts: 3 }, "part-limit", "first"],
  ["depth", `Subject: kept\n${nested(10)}`, { maxDepth: 3 }, "depth-limit", "deep"],
])("past the limit of %s the message comes back with what was read", (_name, source, limits, code, text) => {
  const message = parseMessage(source, { limits });
  expect(message.subject).toBe("kept");
  expect(message.text).toContain(text);
  expect(message.isTruncated).toBe(true);
  expect(message.defects.map((defect) => defect.code)).toContain(code);
  expect(parseMessage(source).isTruncated).toBe(false);
});

test("past the limit of addresses the first ones come back", () => {
  const message = parseMessage(`To: ${"a@b.c, ".repeat(20)}\n\n`, { limits: { maxAddresses: 5 } });
  expect(message.to).toHaveLength(5);
  expect([message.isTruncated, message.defects.some(({ code }) => code === "address-limit")]).toEqual([
    true,
    true,
  ]);
});

test("past the limit of time the structure found so far comes back", () => {
  const source = `${MIXED}${part("first")}${"--bx\n".repeat(1_000_000)}`;
  const message = parseMessage(source, { limits: { timeBudgetMs: 1 } });
  expect(message.text).toContain("first");
  expect(message.defects.map(({ code }) => code)).toContain("time-limit");
});

test("messages nested too deep are not opened", () => {
  const source = `${"Content-Type: message/rfc822\n\n".repeat(5)}Subject: inner\n\n`;
  let message = parseMessage(source, { limits: { maxDepth: 2 } });
  let opened = 0;
  for (
    let next = message.attachments[0]?.message();
    next !== undefined;
    next = message.attachments[0]?.message()
  ) {
    message = next;
    opened++;
  }
  expect(opened).toBe(2);
});

test.each([-1, Number.NaN, "5"])("a limit of %j is a misuse", (maxParts) => {
  // As from a caller without types, or from a settings file.
  const limits: Partial<ParseLimits> = JSON.parse("{}");
  Object.assign(limits, { maxParts });
  expect(() => parseMessage("", { limits })).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringContaining("limits.maxParts must be"),
    }),
  );
});

test("a limit that is undefined is the default one", () => {
  const limits: Partial<ParseLimits> = JSON.parse("{}");
  Object.assign(limits, { maxParts: undefined });
  expect(parseMessage(`${MIXED}${part("x").repeat(1_100)}`, { limits }).isTruncated).toBe(true);
});
