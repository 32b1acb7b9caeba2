import { startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";

describe("a session", () => {
  test("logs in, fetches, deletes and commits by QUIT", async () => {
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: USER
      S: PIPELINING
      S: SASL PLAIN
      S: .
      C: AUTH PLAIN AGFkYQBzM2NyZXQ=
      S: +OK welcome
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: PIPELINING
      S: .
      C: STAT
      S: +OK 2 12
      C: STAT
      C: LIST
      C: UIDL
      S: +OK 2 12
      S: +OK
      S: 1 6
      S: 2 6
      S: .
      S: +OK
      S: 1 first
      S: 2 second
      S: .
      C: RETR 1
      C: RETR 2
      S: +OK 6 octets
      S: one
      S: ..
      S: .
      S: +OK
      S: two
      S: .
      C: DELE 1
      S: +OK
      C: QUIT
      S: +OK bye
      CLOSE:
    `);
    await using pop3 = new Pop3Client({
      server: { host: server.host, port: server.port, security: "none" },
      credentials: { user: "ada", password: "s3cret" },
    });
    const seen = await pop3.session(async (box) => {
      expect(await box.stat()).toEqual({ count: 2, sizeBytes: 12 });
      const messages: string[] = [];
      for await (const message of box.messages())
        messages.push(`${message.uidl} ${message.source.toString()}`);
      await box.deleteMessage(1);
      return messages;
    });
    expect(seen).toEqual(["first one\r\n.\r\n", "second two\r\n"]);
    await server.done;
  });
});
