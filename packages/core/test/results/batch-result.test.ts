import { expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { type BatchItem, toBatchResult } from "../../src/results/batch-result.js";

test("a batch keeps the order asked and counts what succeeded and failed", () => {
  const error = new MailError("gone", { code: "not-found", protocol: "imap" });
  const items: BatchItem<number, string>[] = [
    { key: 3, ok: true, value: "c" },
    { key: 1, ok: false, error },
    { key: 2, ok: true, value: "b" },
  ];
  expect(toBatchResult(items)).toEqual({ items, succeeded: 2, failed: 1 });
});
