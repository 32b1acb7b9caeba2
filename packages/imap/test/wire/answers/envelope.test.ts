import { describe, expect, it } from "vitest";
import { createHeadRow, readHeadRow } from "../../../src/fetch/head-row.js";
import { isSoundEnvelope, parseEnvelope } from "../../../src/wire/answers/envelope.js";
import { parseInternalDate } from "../../../src/wire/answers/internal-date.js";
import { listOf, type WireNode } from "../../../src/wire/wire-node.js";
import { readResponse } from "../../support/read-responses.js";

const text = (value: string): WireNode => ({ type: "STRING", value });

describe("encoded words in a subject", () => {
  it.each([
    ["plain", "plain"],
    ["=?utf-8?q?Gr=C3=BC=C3=9Fe_an?= alle", "Grüße an alle"],
    ["=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"],
    ["=?ISO-8859-1*de?Q?=FC?=", "ü"],
    ["=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"],
    ["a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"],
    ["=?broken", "=?broken"],
    ["=?nosuch?q?a?=", "a"],
  ])("%s is %s", (value, decoded) => {
    expect(parseEnvelope([null, text(value)]).subject).toBe(decoded);
  });
});

describe("envelopes and headers", () => {
  it("leave out groups and keep what is an address", () => {
    const address = (...values: (string | null)[]): WireNode =>
      values.map((value) => (value === null ? null : text(value)));
    const to = [
      address(null, null, "friends", null),
      address("=?utf-8?q?=C3=84?=", null, "a", "x.test"),
      address(null, null, null, null),
    ];
    const envelope = parseEnvelope([null, null, null, null, null, to]);
    expect(envelope.to).toEqual([{ name: "Ä", address: "a@x.test" }]);
    expect(envelope).toMatchObject({ subject: "", date: undefined, messageId: undefined, from: [] });
  });

  it("give dates, ids and unfolded values", () => {
    const dateOf = (date: string): Date | undefined => parseEnvelope([text(date)]).date;
    expect(dateOf("Fri, 20 Nov 2026 10:00:00 +0100 (CET)")).toEqual(new Date("2026-11-20T09:00:00Z"));
    expect(dateOf("the other day")).toBeUndefined();
    expect(parseInternalDate(" 7-Feb-2020 01:02:03 -0330")).toEqual(new Date("2020-02-07T04:32:03Z"));
    expect(parseInternalDate("7-Xxx-2020 01:02:03 +0000")).toBeUndefined();
    const ids = [null, null, null, null, null, null, null, null, text(" <a@b> junk <c@d>"), text("e@f")];
    expect(parseEnvelope(ids)).toMatchObject({ inReplyTo: ["<a@b>", "<c@d>"], messageId: "<e@f>" });
    const headers = Buffer.from("A: 1\r\nb: =?utf-8?q?=C3=BC?=\r\n more\r\na: 2\r\n\r\n");
    const row = createHeadRow();
    readHeadRow(new Map([["BODY[HEADER]", { type: "LITERAL", value: headers }]]), row);
    expect(row.headers?.toMap()).toEqual(
      new Map([
        ["a", ["1", "2"]],
        ["b", ["ü more"]],
      ]),
    );
  });

  it.each([
    ["17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25Z"],
    ["7-feb-2020 01:02:03 +0000", "2020-02-07T01:02:03Z"],
    ["07-Feb-2020 01:02:03", "2020-02-07T01:02:03Z"],
    ["07-Feb-2020 01:02:03 GMT", "2020-02-07T01:02:03Z"],
    ["07-Feb-2020 1:02:03 +0100", "2020-02-07T00:02:03Z"],
    ["00-Jan-0000 00:00:00 +0000", undefined],
    ["07-Feb-2020", undefined],
    ["nonsense", undefined],
  ])("have the time of arrival that the server means by %s", (told, time) => {
    expect(parseInternalDate(told)).toEqual(time === undefined ? undefined : new Date(time));
  });

  it.each([
    ["nothing is out of place", '(NIL "s" ((NIL NIL "a" "b.c")) NIL NIL NIL NIL NIL NIL "<x@y>")', true],
    ["a quote is not escaped", '(NIL "a "b" c" NIL NIL NIL NIL NIL NIL NIL "<x@y>" "z")', false],
    ["a field is left out", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL)", false],
    ["a text is where addresses should be", '(NIL "s" "ada" NIL NIL NIL NIL NIL NIL NIL)', false],
    [
      "addresses are where a text should be",
      "(NIL ((NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL NIL)",
      false,
    ],
    ["an address has three words", '(NIL "s" ((NIL NIL "a")) NIL NIL NIL NIL NIL NIL NIL)', false],
  ])("are believed only where %s", (_what, envelope, isSound) => {
    const items = listOf(readResponse(`* 1 FETCH (ENVELOPE ${envelope})`).attributes?.[1]);
    expect(isSoundEnvelope(items[1])).toBe(isSound);
  });

  it.each([
    ['("Ada" NIL "ada" "example.test")', [{ name: "Ada", address: "ada@example.test" }]],
    ['("Ada" NIL "MISSING_MAILBOX" "MISSING_DOMAIN")', [{ name: "Ada", address: "" }]],
    ['("Root" NIL "root" "MISSING_DOMAIN")', [{ name: "Root", address: "root" }]],
    ['("Root" NIL "root" ".MISSING-HOST-NAME.")', [{ name: "Root", address: "root" }]],
    ['(NIL NIL "postmaster" "")', [{ name: "postmaster", address: "" }]],
    ['(NIL NIL "" "")', []],
  ])("have in %s whom the header names", (address, expected) => {
    const envelope = `(NIL NIL (${address}) NIL NIL NIL NIL NIL NIL NIL)`;
    const items = listOf(readResponse(`* 1 FETCH (ENVELOPE ${envelope})`).attributes?.[1]);
    expect(parseEnvelope(items[1]).from).toEqual(expected);
  });
});
