import { describe, expect, it } from "vitest";
import { type HeadRow, readHeadRow } from "../../src/fetch/head-row.js";
import { parseEnvelope } from "../../src/wire/envelope.js";
import { parseInternalDate } from "../../src/wire/values.js";
import type { WireNode } from "../../src/wire/wire-node.js";

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
    const row: HeadRow = {};
    readHeadRow(new Map([["BODY[HEADER]", { type: "LITERAL", value: headers }]]), row);
    expect(row.headers).toEqual(
      new Map([
        ["a", ["1", "2"]],
        ["b", ["ü more"]],
      ]),
    );
  });
});
