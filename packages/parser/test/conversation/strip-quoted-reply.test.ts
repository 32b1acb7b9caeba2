import { expect, test } from "vitest";
import { stripQuotedReply } from "../../src/conversation/strip-quoted-reply.js";

test.each([
  ["an attribution", "Yes.\n\nOn Fri, 20 Nov 2026, Ada wrote:\n> Shall we?\n", "Yes."],
  [
    "an attribution over two lines",
    "Yes.\n\nOn Fri, 20 Nov 2026 at 10:13, Ada Lovelace\n<ada@example.org> wrote:\n> Shall we?\n",
    "Yes.",
  ],
  ["an attribution in German", "Ja.\n\nAm 20.11.2026 um 10:13 schrieb Ada:\n> Wollen wir?", "Ja."],
  ["an attribution in no known language", "Ok.\n\n2026-11-20 10:13 Ada <ada@example.org>:\n> ?", "Ok."],
  ["Outlook's header", "Yes.\n\nFrom: Ada\nSent: Friday\nTo: Bob\nSubject: x\n\nShall we?", "Yes."],
  ["Outlook's line", "Yes.\n\n-----Original Message-----\nFrom: Ada\n\nShall we?", "Yes."],
  ["answers between the lines", "On Friday 2026, Ada wrote:\n> One?\nYes.\n> Two?\nNo.\n", "Yes.\nNo."],
  ["no quotation", "Just this: hello\nFrom: here it goes on", "Just this: hello\nFrom: here it goes on"],
  ["nothing but a quotation", "> Shall we?", "> Shall we?"],
])("a reply with %s keeps what its author wrote", (_name, text, expected) => {
  expect(stripQuotedReply(text).text).toBe(expected);
  expect(stripQuotedReply(text.replaceAll("\n", "\r\n")).text.replaceAll("\r\n", "\n")).toBe(expected);
});

test("the signature is told apart", () => {
  expect(stripQuotedReply("Yes.\n-- \nBob\nExample Ltd")).toEqual({
    text: "Yes.",
    hasQuote: false,
    signature: "-- \nBob\nExample Ltd",
  });
  expect(stripQuotedReply("Yes.\n> no").hasQuote).toBe(true);
});
