import { expect, test } from "vitest";
import { nameOfRow } from "../../src/web/list/name-of-row.js";
import { describeWaiting } from "../../src/web/mail/describe-waiting.js";
import { message } from "./samples.js";

const error = { code: "connection", message: "Connection refused" };
const waiting = { tries: 2, error, nextTryAt: "2026-01-05T14:07:00.000Z" };

test("a change that waits is told with the reason and the next try", () => {
  expect(describeWaiting({ ...waiting, seen: true })).toMatch(
    /^Changed here; the server does not know yet: Connection refused; next try .*07/,
  );
  expect(describeWaiting({ ...waiting, isDeleted: true })).toMatch(/^Will be deleted;/);
  const words = { ...error, server: "Down until noon" };
  expect(describeWaiting({ ...waiting, moveTo: "archive", error: words })).toMatch(
    /^Will be moved; .*: Down until noon;/,
  );
  expect(nameOfRow(message(1, { waiting }), "14:02")).toContain("a change waits for the server");
  expect(nameOfRow(message(1), "14:02")).not.toContain("waits");
});
