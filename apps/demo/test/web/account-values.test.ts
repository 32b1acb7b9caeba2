import { expect, test } from "vitest";
import { EMPTY_VALUES, toAccount } from "../../src/web/accounts/account-values.js";
import { describePeriod } from "../../src/web/accounts/describe-period.js";

const typed = { ...EMPTY_VALUES, address: "ada@example.test", host: "mail.example.test" };

test("a period is asked for where the server can tell how old its mail is", () => {
  expect(toAccount({ ...typed, period: "quarter" }, 0)).toMatchObject({ kind: "imap", syncDays: 90 });
  expect(toAccount(typed, 0).syncDays).toBeUndefined();
  expect(toAccount({ ...typed, kind: "pop3", period: "quarter" }, 0).syncDays).toBeUndefined();
});

test("an account's page says from when on its mail is here", () => {
  const since = new Date("2025-12-02T00:00:00.000Z").toLocaleDateString();
  expect(describePeriod({ createdAt: "2026-01-01T00:00:00.000Z", syncDays: 30 })).toBe(
    `What came since ${since}; older mail is on the server only`,
  );
});
