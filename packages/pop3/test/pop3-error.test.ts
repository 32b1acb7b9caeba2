import { describe, expect, test } from "vitest";
import { fromRefusal } from "../src/pop3-error.js";
import { parseStatusLine } from "../src/wire/status-line.js";

function refusal(line: string, phase: string, loginDelaySeconds?: number) {
  const status = parseStatusLine(Buffer.from(line));
  if (status === undefined) throw new Error(line);
  const redact = (text: string): string => text.replaceAll("s3cret", "[secret]");
  return fromRefusal(status, { phase, connectionId: "h:u#1", redact, loginDelaySeconds });
}

describe("fromRefusal", () => {
  test("says so when the server gives no words", () => {
    for (const line of ["-ERR", "-ERR ", "-ERR [SYS/PERM]"]) {
      expect(refusal(line, "retr").message).toBe("The server refused retr without saying why");
    }
    expect(refusal("-ERR no", "retr").message).toBe("The server refused retr: no");
  });

  test.each([
    ["-ERR [IN-USE] locked by another session", "auth", "busy", true],
    ["-ERR [LOGIN-DELAY] minimum time between mail checks", "auth", "throttled", true],
    ["-ERR [SYS/TEMP] try again", "auth", "busy", true],
    ["-ERR [SYS/TEMP] try again", "retr", "busy", true],
    ["-ERR [SYS/TEMP] Too many connections, try again later", "greeting", "throttled", true],
    ["-ERR [SYS/TEMP] Too many connections, try again later", "auth", "throttled", true],
    ["-ERR [IN-USE] Too many sessions for this mailbox", "auth", "busy", true],
    ["-ERR Temporary authentication failure", "auth", "busy", true],
    ["-ERR Server overloaded", "greeting", "busy", true],
    ["-ERR Login too frequent", "auth", "throttled", true],
    ["-ERR Maximum number of connections exceeded", "auth", "throttled", true],
    ["-ERR UIDL index unavailable, try again later", "uidl", "busy", true],
    ["-ERR [SYS/PERM] mailbox broken", "auth", "rejected", false],
    ["-ERR [AUTH] bad password", "auth", "authentication", false],
    ["-ERR Authentication failed.", "auth", "authentication", false],
    ["-ERR maildrop already locked", "auth", "busy", true],
    ["-ERR Too many connections", "auth", "throttled", true],
    ["-ERR Too many connections, try again later", "greeting", "throttled", true],
    ["-ERR you are not welcome", "greeting", "rejected", false],
    ["-ERR There's no message 7.", "retr", "not-found", false],
    ["-ERR No such message", "dele", "not-found", false],
    ["-ERR Invalid message number.", "top", "not-found", false],
    ["-ERR Message number out of range.", "list", "not-found", false],
    ["-ERR message 2 already deleted", "retr", "not-found", false],
    ["-ERR Unknown command.", "top", "unsupported", false],
    ["-ERR disk failure", "retr", "rejected", false],
    ["-ERR TLS not available", "starttls", "tls", false],
  ])("%s to %s is %s", (line, phase, code, retryable) => {
    const error = refusal(line, phase);
    expect(error).toMatchObject({ code, retryable, phase, protocol: "pop3", connectionBroken: false });
    expect(error.connectionId).toBe("h:u#1");
  });

  test("keeps the server's words and code, secrets masked", () => {
    const error = refusal("-ERR [AUTH] no, not s3cret", "auth");
    expect(error.server).toEqual({ code: "AUTH", text: "no, not [secret]" });
    expect(error.message).not.toContain("s3cret");
  });

  test("LOGIN-DELAY says when to come back, if the server said how long", () => {
    expect(refusal("-ERR [LOGIN-DELAY] wait", "auth", 300).retryAfterMs).toBe(300_000);
    expect(refusal("-ERR [LOGIN-DELAY] wait", "auth").retryAfterMs).toBeUndefined();
  });
});
