import { describe, expect, it } from "vitest";
import { decodeMailboxName, encodeMailboxName } from "../../src/wire/mailbox-name.js";

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
