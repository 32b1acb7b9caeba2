import { describe, expect, test } from "vitest";
import { apopDigest, apopTimestamp } from "../../src/connection/apop.js";

describe("APOP", () => {
  test("digests the example of RFC 1939 §7", () => {
    const timestamp = apopTimestamp("POP3 server ready <1896.697170952@dbc.mtview.ca.us>");
    expect(timestamp).toBe("<1896.697170952@dbc.mtview.ca.us>");
    expect(apopDigest(timestamp ?? "", "tanstaaf")).toBe("c4c9334bac560ecc979e58001b3e22fb");
  });

  test.each(["ready", "<no-at-sign>", "<a@b", "<\x80\xfe@x>", "<@b>", "<a b@c>", "<a@b\xff>"])(
    "%j has no time stamp that would be safe to digest (CVE-2007-1558)",
    (greeting) => {
      expect(apopTimestamp(greeting)).toBeUndefined();
    },
  );
});
