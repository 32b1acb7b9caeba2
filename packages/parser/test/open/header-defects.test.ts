import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

const DATE = "Date: Fri, 20 Nov 2026 10:13:00 +0000\n";

test.each([
  ["two From fields", `From: a@b.c\nFrom: d@e.f\n${DATE}\n`, ["duplicate-header", "ambiguous-sender"]],
  ["two Subject fields", `From: a@b.c\nSubject: x\nSubject: y\n${DATE}\n`, ["duplicate-header"]],
  ["two authors without a sender", `From: a@b.c, d@e.f\n${DATE}\n`, ["ambiguous-sender"]],
  ["two authors and a sender", `From: a@b.c, d@e.f\nSender: a@b.c\n${DATE}\n`, []],
  [
    "a name that looks like another address",
    `From: "boss@bank.example" <evil@x.example>\n${DATE}\n`,
    ["misleading-display-name"],
  ],
  [
    "an encoded name that does",
    `From: =?utf-8?q?boss=40bank.example?= <evil@x.example>\n${DATE}\n`,
    ["misleading-display-name"],
  ],
  [
    "a name with the address and another one",
    `From: "boss@bank.example a@b.c" <a@b.c>\n${DATE}\n`,
    ["misleading-display-name"],
  ],
  [
    "a full-width sign in the name",
    `From: =?utf-8?q?boss=EF=BC=A0bank.example?= <a@b.c>\n${DATE}\n`,
    ["misleading-display-name"],
  ],
  [
    "a name written backwards",
    `From: =?utf-8?q?=E2=80=AEssob?= <a@b.c>\n${DATE}\n`,
    ["misleading-display-name"],
  ],
  ["a name that is the address and more", `From: "Ada (a@b.c)" <a@b.c>\n${DATE}\n`, []],
  ["a name that is the address", `From: "a@b.c" <a@b.c>\n${DATE}\n`, []],
  ["raw bytes in the subject", `From: a@b.c\nSubject: grüße\n${DATE}\n`, ["raw-header-bytes"]],
  ["no From", `${DATE}\n`, ["missing-header"]],
  ["a line that is no field", `From: a@b.c\nnothing\n${DATE}\n`, ["malformed-header"]],
])("a header with %s is reported", (_name, source, expected) => {
  expect(parseMessage(source).defects.map(({ code }) => code)).toEqual(expected);
});

test.each([
  ["nothing", "", []],
  ["the path of a file", "/var/mail/ada/1.eml", ["malformed-header"]],
  ["prose", "Hello Bob,\n\nthe report is done.\n", ["malformed-header"]],
])("%s in place of a message has no header at all, which is told once", (_name, source, structural) => {
  const { defects } = parseMessage(source);
  expect(defects.map(({ code }) => code)).toEqual([...structural, "no-header"]);
});

test("all values of a doubled field can be read, and the last one counts", () => {
  const { headers, subject, from } = parseMessage("From: a@b.c\nFrom: d@e.f\nSubject: x\nSubject: y\n\n");
  expect([headers.getAll("Subject"), subject, from]).toEqual([
    ["x", "y"],
    "y",
    [{ name: "", address: "d@e.f" }],
  ]);
  expect([...headers].map(({ name }) => name)).toEqual(["From", "From", "Subject", "Subject"]);
  expect(headers.toMap().get("from")).toEqual(["a@b.c", "d@e.f"]);
});

test("a date that makes no sense is replaced by that of the newest Received field", () => {
  const message = parseMessage("Date: whenever\nReceived: from x by y; Fri, 20 Nov 2026 10:13:00 +0000\n\n");
  expect(message.date?.toISOString()).toBe("2026-11-20T10:13:00.000Z");
  expect(message.defects.map(({ code }) => code)).toContain("malformed-date");
});
