import { describe, expect, test } from "vitest";
import { digestHeader } from "../../src/sync/header-digest.js";

const digest = (...lines: string[]): string => digestHeader(Buffer.from(lines.join("\r\n"), "latin1"));

describe("digestHeader", () => {
  const plain = digest("Received: from a", "\tby b", "Subject: one", "", "body");

  test.each([
    ["a status", ["Received: from a", "\tby b", "Status: RO", "X-Status: A", "Subject: one"]],
    [
      "what mbox drivers add",
      ["From ada Thu Nov  5", "Received: from a", "\tby b", "Subject: one", "X-IMAPbase: 1 2"],
    ],
    [
      "UIDs and folded keywords",
      ["X-UID: 7", "Received: from a", "\tby b", "Subject: one", "X-Keywords: a", " b"],
    ],
    ["lengths", ["Received: from a", "\tby b", "Subject: one", "Content-Length: 12", "Lines: 3"]],
    ["a UIDL", ["Received: from a", "\tby b", "Subject: one", "x-uidl: abc"]],
  ])("is the same with %s", (_what, lines) => {
    expect(digest(...lines, "", "another body")).toBe(plain);
  });

  test.each([
    ["another subject", ["Received: from a", "\tby b", "Subject: two"]],
    ["another way here", ["Received: from c", "\tby b", "Subject: one"]],
    ["a field that only begins like one", ["Received: from a", "\tby b", "Subject: one", "Status-Report: x"]],
    ["a folded line that looks like one", ["Received: from a", "\tby b", "Subject: one", " Status: x"]],
  ])("is another with %s", (_what, lines) => {
    expect(digest(...lines, "", "body")).not.toBe(plain);
  });

  test("takes everything where the header has no end", () => {
    expect(digest("no header at all")).not.toBe(digest("nor here"));
  });
});
