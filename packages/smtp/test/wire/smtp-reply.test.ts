import { describe, expect, test } from "vitest";
import { findServerMessageId, parseReply } from "../../src/wire/smtp-reply.js";

describe("parseReply", () => {
  test.each([
    ["250 2.1.5 Ok", { kind: 2, reply: { code: "250", enhancedCode: "2.1.5", text: "Ok" } }],
    [
      "250-2.0.0 first\n250 2.0.0 second",
      { kind: 2, reply: { code: "250", enhancedCode: "2.0.0", text: "first\nsecond" } },
    ],
    [
      "550-5.1.1 The account\r\n550 5.1.1 is not here",
      { kind: 5, reply: { code: "550", enhancedCode: "5.1.1", text: "The account\nis not here" } },
    ],
    ["354", { kind: 3, reply: { code: "354", text: "" } }],
    ["450 4.7.1 Greylisted", { kind: 4, reply: { code: "450", enhancedCode: "4.7.1", text: "Greylisted" } }],
    ["250 1.2.3.4 is you", { kind: 2, reply: { code: "250", text: "1.2.3.4 is you" } }],
  ])("reads %j", (text, expected) => {
    expect(parseReply(text)).toEqual(expected);
  });

  test("ignores an enhanced code of another class than the code", () => {
    expect(parseReply("550 2.1.1 odd").reply.enhancedCode).toBeUndefined();
  });

  test.each(["hello", "", "25 ok", "2500 ok", "150 x", "650 x", "250-a\n550 b", "250-a\nb", "2garbage"])(
    "takes %j for nonsense",
    (text) => {
      expect(parseReply(text).kind).toBe(0);
    },
  );
});

describe("findServerMessageId", () => {
  test.each([
    ["Ok: queued as 4F7D1A1234", "4F7D1A1234"],
    ["OK id=1rABCD-0001Ab-2C", "1rABCD-0001Ab-2C"],
    ["OK <VI1PR01@host.prod.outlook.com> [Hostname=x]", "VI1PR01@host.prod.outlook.com"],
    ["Ok 0100018b5c3c0a4f-11aa-000000", "0100018b5c3c0a4f-11aa-000000"],
    ["41OAbCdE123456 Message accepted for delivery", "41OAbCdE123456"],
    ["ok 1700000000 qp 12345", "12345"],
    ["OK", undefined],
  ])("finds the id in %j", (text, id) => {
    expect(findServerMessageId(text)).toBe(id);
  });
});
