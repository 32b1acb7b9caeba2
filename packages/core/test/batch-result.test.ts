import { expect, test } from "vitest";
import { type BatchItem, toBatchResult } from "../src/batch-result.js";
import { MailError } from "../src/mail-error.js";

test("a batch keeps the order asked and counts what succeeded and failed", () => {
  const error = new MailError("gone", { code: "not-found", protocol: "imap" });
  const items: BatchItem<number, string>[] = [
    { key: 3, ok: true, value: "c" },
    { key: 1, ok: false, error },
    { key: 2, ok: true, value: "b" },
  ];
  expect(toBatchResult(items)).toEqual({ items, succeeded: 2, failed: 1 });
});
