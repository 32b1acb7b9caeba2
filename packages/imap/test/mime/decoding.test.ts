import { describe, expect, it } from "vitest";
import { groupByBytes } from "../../src/fetch/read-messages.js";
import { decodeCharset } from "../../src/mime/charset.js";
import { decodeWords } from "../../src/mime/encoded-words.js";
import { unflow } from "../../src/mime/flowed-text.js";
import { createTransferDecoder } from "../../src/mime/transfer-decoder.js";
import { decodeTransfer } from "../../src/mime/transfer-encoding.js";
import { parseBodyStructure, parseParameters } from "../../src/wire/body-structure.js";
import { parseDate, parseEnvelope, parseMessageIds } from "../../src/wire/envelope.js";
import { decodeMailboxName, encodeMailboxName } from "../../src/wire/mailbox-name.js";
import { parseHeaders } from "../../src/wire/parse-headers.js";
import { parseInternalDate } from "../../src/wire/values.js";
import type { WireNode } from "../../src/wire/wire-node.js";

const text = (value: string): WireNode => ({ type: "STRING", value });

describe("mailbox names", () => {
  it.each([
    ["INBOX", "INBOX"],
    ["inbox", "INBOX"],
    ["Tom & Jerry", "Tom &- Jerry"],
    ["~peter/mail/日本語/台北", "~peter/mail/&ZeVnLIqe-/&U,BTFw-"],
    ["Entwürfe", "Entw&APw-rfe"],
    ["😀", "&2D3eAA-"],
  ])("%s goes as %s", (name, wire) => {
    expect(encodeMailboxName(name)).toBe(wire);
    expect(decodeMailboxName(wire)).toBe(name === "inbox" ? "INBOX" : name);
  });

  it.each(["&", "&Jjo", "&Jjo!-", "a&AGE-b"])("that are broken (%s) stay as they are", (wire) => {
    expect(decodeMailboxName(wire)).toBe(wire);
  });

  it.each(["", "a\r\nb", "a\0"])("%j is refused", (name) => {
    expect(() => encodeMailboxName(name)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });
});

describe("encoded words", () => {
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
    expect(decodeWords(value)).toBe(decoded);
  });

  it("take linear time", () => {
    const since = performance.now();
    decodeWords("=?utf-8?q?".repeat(20_000));
    decodeWords("=?".repeat(100_000));
    expect(performance.now() - since).toBeLessThan(1_000);
  });
});

describe("transfer encodings", () => {
  it.each([
    ["quoted-printable", "a=20b=\r\nc  \r\nd=3D=zz=", "a bc\r\nd==zz"],
    ["base64", "SGVs\r\nbG8=", "Hello"],
    ["7bit", "as is", "as is"],
    ["x-unknown", "as is", "as is"],
  ])("%s of %j is %j, whole and cut at every byte", (encoding, encoded, decoded) => {
    const bytes = Buffer.from(encoded);
    expect(decodeTransfer(bytes, encoding).toString()).toBe(decoded);
    for (let at = 0; at <= bytes.length; at++) {
      const decoder = createTransferDecoder(encoding);
      const pieces = [decoder.push(bytes.subarray(0, at)), decoder.push(bytes.subarray(at)), decoder.end()];
      expect(Buffer.concat(pieces).toString()).toBe(decoded);
    }
    const slow = createTransferDecoder(encoding);
    const pieces = [...bytes].map((byte) => slow.push(Buffer.of(byte)));
    expect(Buffer.concat([...pieces, slow.end()]).toString()).toBe(decoded);
  });
});

describe("text", () => {
  it.each([
    ["utf-7", "Gr+APwA3w-e", "Grüße"],
    ["us-ascii", "Gr\xfc\xdfe", "Grüße"],
    ["windows-1252", "\x80", "€"],
    ["nosuch", "abc", "abc"],
    [undefined, "abc", "abc"],
  ])("in %s is decoded", (charset, latin1, decoded) => {
    expect(decodeCharset(Buffer.from(latin1, "latin1"), charset)).toBe(decoded);
  });

  it("that flows is joined, its quotes and signature kept", () => {
    const flowed = "One \r\ntwo\r\n> quoted \r\n> on\r\n>> deeper\r\n stuffed\r\n-- \r\nAda";
    expect(unflow(flowed, { delSp: false })).toBe("One two\n> quoted on\n>> deeper\nstuffed\n-- \nAda");
    expect(unflow("日 \r\n本", { delSp: true })).toBe("日本");
  });
});

describe("structures", () => {
  it("give the leaves with their paths", () => {
    const leaf = (type: string, subtype: string): WireNode => [
      text(type),
      text(subtype),
      null,
      null,
      null,
      text("7bit"),
      text("5"),
      text("1"),
    ];
    const alternative = [leaf("text", "plain"), leaf("text", "html"), text("alternative")];
    const parts = parseBodyStructure([alternative, leaf("image", "png"), text("mixed")]);
    expect(parts.map(({ path, contentType }) => [path, contentType])).toEqual([
      ["1.1", "text/plain"],
      ["1.2", "text/html"],
      ["2", "image/png"],
    ]);
    expect(parseBodyStructure(leaf("text", "plain"))[0]?.path).toBe("1");
    for (const broken of [null, undefined, [], [[]], [text("text")], text("x")])
      expect(parseBodyStructure(broken).length).toBeLessThan(2);
  });

  it("that nest without end do not overflow the stack", () => {
    let node: WireNode = [text("text"), text("plain")];
    for (let depth = 0; depth < 100_000; depth++) node = [node, text("mixed")];
    expect(parseBodyStructure(node)).toEqual([]);
  });

  it("have parameters after RFC 2231", () => {
    const list = ["filename*0*", "utf-8''%C3%9Cber", "filename*1", "sicht.pdf", "name", "x"].map(text);
    expect(parseParameters(list).get("filename")).toBe("Übersicht.pdf");
    expect(parseParameters([text("name*"), text("iso-8859-1'de'%FC")]).get("name")).toBe("ü");
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
    expect(parseDate("Fri, 20 Nov 2026 10:00:00 +0100 (CET)")).toEqual(new Date("2026-11-20T09:00:00Z"));
    expect(parseDate("the other day")).toBeUndefined();
    expect(parseInternalDate(" 7-Feb-2020 01:02:03 -0330")).toEqual(new Date("2020-02-07T04:32:03Z"));
    expect(parseInternalDate("7-Xxx-2020 01:02:03 +0000")).toBeUndefined();
    expect(parseMessageIds(" <a@b> junk <c@d>")).toEqual(["<a@b>", "<c@d>"]);
    expect(parseHeaders(Buffer.from("A: 1\r\nb: =?utf-8?q?=C3=BC?=\r\n more\r\na: 2\r\n\r\n"))).toEqual(
      new Map([
        ["a", ["1", "2"]],
        ["b", ["ü more"]],
      ]),
    );
  });
});

describe("batches", () => {
  it("stay under a weight, and what is heavier goes alone", () => {
    expect(groupByBytes([1, 2, 3, 9, 1, 1], (weight) => weight, 5)).toEqual([[1, 2], [3], [9], [1, 1]]);
  });
});
