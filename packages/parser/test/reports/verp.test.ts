import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { findVerpRecipient, fromVerpAddress, toVerpAddress } from "../../src/reports/verp.js";

const SENDER = "bounces@example.com";

test.each(["ada@example.org", "a+tag@example.org", "a=b@sub.example.org", "o'neil@example.org"])(
  "%s goes into an envelope sender and comes out of it",
  (recipient) => {
    const verp = toVerpAddress(SENDER, recipient);
    expect(verp.startsWith("bounces+")).toBe(true);
    expect(fromVerpAddress(verp, SENDER)).toBe(recipient);
    expect(fromVerpAddress(verp.replace("example.com", "EXAMPLE.com"), SENDER)).toBe(recipient);
  },
);

test.each([
  "bounces@example.com",
  "bounces+@example.com",
  "bounces+x@example.com",
  "bounces+=example.org@example.com",
  "bounces+ada=@example.com",
  "bounces+ada=example.org@example.net",
  "other+ada=example.org@example.com",
])("%s names no recipient", (address) => {
  expect(fromVerpAddress(address, SENDER)).toBeUndefined();
});

test("what is no address, or gets too long, is refused", () => {
  for (const recipient of ["", "ada", "ada@", "@b", "a b@c", "a\r\n@b", `${"a".repeat(60)}@example.org`])
    expect(() => toVerpAddress(SENDER, recipient), recipient).toThrow(RangeError);
});

test("a bounce names its recipient by the address that it came to", () => {
  const to = toVerpAddress(SENDER, "ada@example.org");
  expect(findVerpRecipient(parseMessage(`To: Bounces <${to}>\n\n`), SENDER)).toBe("ada@example.org");
  expect(findVerpRecipient(parseMessage(`Delivered-To: ${to}\nTo: x@y.example\n\n`), SENDER)).toBe(
    "ada@example.org",
  );
  expect(findVerpRecipient(parseMessage("To: x@y.example\n\n"), SENDER)).toBeUndefined();
});
