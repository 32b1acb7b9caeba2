import { expect, test } from "vitest";
import { nameOfRow } from "../../src/web/list/name-of-row.js";
import { count, formatSize, roughly, shortDate } from "../../src/web/mail/format.js";
import { message } from "./samples.js";

test("sizes are in the unit that people would use", () => {
  expect([0, 999, 1_000, 48_000, 2_500_000].map(formatSize)).toEqual([
    "0 B",
    "999 B",
    "1.0 KB",
    "48 KB",
    "2.5 MB",
  ]);
});

test("numbers are grouped, and things are in their plural", () => {
  expect([count(1, "message"), count(12_345, "message")]).toEqual(["1 message", "12\u202f345 messages"]);
});

test("a date is the time today, the day this year, and with its year before", () => {
  const now = new Date(2026, 5, 15, 18, 0);
  expect(shortDate(new Date(2026, 5, 15, 14, 2), now)).toMatch(/02/);
  expect(shortDate(new Date(2026, 5, 14), now)).not.toMatch(/2026/);
  expect(shortDate(new Date(2024, 5, 14), now)).toMatch(/2024/);
});

test("a row is read out as what it is, whose, what about, when", () => {
  const unread = message(1, { fromName: "Ada Lovelace", subject: "Notes", attachmentCount: 2 });
  expect(nameOfRow(unread, "14:02")).toBe("unread, Ada Lovelace, Notes, 14:02, 2 attachments");
  const plain = message(1, { fromName: "", subject: "", seen: true, flagged: true });
  expect(nameOfRow(plain, "14:02")).toBe("starred, grace@example.test, no subject, 14:02");
});

test("a while is told as roughly as people would", () => {
  const minute = 60_000;
  expect(
    [2_000, minute, 14.4 * minute, 59.6 * minute, 47 * 60 * minute, 72 * 60 * minute].map(roughly),
  ).toEqual(["less than a minute", "1 min", "14 min", "1 h", "47 h", "3 days"]);
});
