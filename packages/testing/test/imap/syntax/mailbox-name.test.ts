import { expect, test } from "vitest";
import { decodeMailboxName, encodeMailboxName } from "../../../src/imap/syntax/mailbox-name.js";

test.each([
  ["INBOX", "INBOX"],
  ["Entwürfe", "Entw&APw-rfe"],
  ["R&D", "R&-D"],
  ["台北/日本語", "&U,BTFw-/&ZeVnLIqe-"],
  ["😀", "&2D3eAA-"],
])("%s is %s on the wire and back", (name, encoded) => {
  expect(encodeMailboxName(name)).toBe(encoded);
  expect(decodeMailboxName(encoded)).toBe(name);
});

test("8-bit names and broken shifts are refused", () => {
  for (const encoded of ["\xfc", "&open", "&A-", "&!!-", "a\x01"]) {
    expect(() => decodeMailboxName(encoded)).toThrow(expect.objectContaining({ status: "NO" }));
  }
});
