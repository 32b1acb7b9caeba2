import { describe, expect, test } from "vitest";
import { encodeCommands, mailCommand, rcptCommand } from "../../src/wire/smtp-command.js";

const EVERYTHING = new Set(["SIZE", "DSN", "8BITMIME", "SMTPUTF8", "REQUIRETLS"]);
const PLAIN = {
  from: "ada@example.com",
  bytes: Buffer.alloc(42),
  is8Bit: false,
  needsUtf8: false,
  requireTls: false,
  dsn: undefined,
};

describe("MAIL", () => {
  test("names the exact size, and only what the message needs", () => {
    expect(mailCommand(PLAIN, EVERYTHING)).toBe("MAIL FROM:<ada@example.com> SIZE=42");
    expect(mailCommand({ ...PLAIN, from: "" }, new Set())).toBe("MAIL FROM:<>");
  });

  test("asks for what the message cannot do without", () => {
    const dsn = { return: "headers", envelopeId: "a+b = c" } as const;
    const message = { ...PLAIN, is8Bit: true, needsUtf8: true, requireTls: true, dsn };
    expect(mailCommand(message, EVERYTHING)).toBe(
      "MAIL FROM:<ada@example.com> SMTPUTF8 BODY=8BITMIME SIZE=42 RET=HDRS ENVID=a+2Bb+20+3D+20c REQUIRETLS",
    );
    expect(mailCommand({ ...message, dsn: { return: "full" } }, EVERYTHING)).toContain(" RET=FULL ");
  });

  test("keeps quiet about notifications where the server has none", () => {
    expect(mailCommand({ ...PLAIN, dsn: { return: "full" } }, new Set())).toBe("MAIL FROM:<ada@example.com>");
  });
});

describe("RCPT", () => {
  test.each([
    [undefined, "RCPT TO:<bob@example.org>"],
    [{ notify: "never" as const }, "RCPT TO:<bob@example.org> NOTIFY=NEVER"],
    [{ notify: ["success", "delay"] }, "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,DELAY"],
    [{ originalRecipient: "b+b@example.org" }, "RCPT TO:<bob@example.org> ORCPT=rfc822;b+2Bb@example.org"],
    [{ originalRecipient: "x400;b=b" }, "RCPT TO:<bob@example.org> ORCPT=x400;b+3Db"],
  ])("says of %j what is to be told", (dsn, command) => {
    expect(rcptCommand("bob@example.org", dsn, EVERYTHING)).toBe(command);
    expect(rcptCommand("bob@example.org", dsn, new Set())).toBe("RCPT TO:<bob@example.org>");
  });
});

describe("commands on the wire", () => {
  test("are lines, in one piece", () => {
    expect(encodeCommands(["RSET", "MAIL FROM:<ü@example.com>"]).toString()).toBe(
      "RSET\r\nMAIL FROM:<ü@example.com>\r\n",
    );
  });

  test.each(["\r", "\n", "\0", "\r\nDATA"])("have no %j in them", (text) => {
    expect(() => encodeCommands([`RCPT TO:<bob${text}@example.org>`])).toThrow("line end");
  });
});
