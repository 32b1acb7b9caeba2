import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { imapVariants } from "../../src/imap-variants.js";
import { GREYLIST_MS } from "../../src/recipient-policy.js";
import { live, liveUser } from "./live-environment.js";
import { converse, IMAP_REPLY_END, SMTP_REPLY_END } from "./wire.js";

const RELAY = live.smtpVariants["relay"]?.port ?? 0;

async function sendRaw(recipient: string, body: string): Promise<string> {
  const envelope = ["EHLO test", "MAIL FROM:<sender@elsewhere.test>", `RCPT TO:<${recipient}>`];
  return converse(RELAY, [...envelope, "DATA", `${body}\r\n.`, "QUIT"], SMTP_REPLY_END);
}

/** The raw file of the first message in a user's INBOX that contains the text. */
async function findInMaildir(user: string, text: string): Promise<Buffer> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    for (const folder of ["new", "cur"]) {
      const path = join(live.maildirRoot, user, folder);
      for (const name of await readdir(path).catch(() => [])) {
        const content = await readFile(join(path, name));
        if (content.includes(text)) return content;
      }
    }
    await sleep(50);
  }
  throw new Error(`No message with ${text} in ${user}'s maildir`);
}

describe("the real servers", () => {
  test("Postfix takes a message by raw SMTP and Dovecot delivers it", async () => {
    const marker = randomUUID();
    const transcript = await sendRaw("trent@example.test", `Subject: ${marker}\r\n\r\n..stuffed\r\nlast`);
    expect(transcript).toMatch(/^250 2\.0\.0 Ok: queued/m);
    const delivered = (await findInMaildir("trent", marker)).toString("latin1");
    expect(delivered).toMatch(/\r\n\r\n\.stuffed\r\nlast\r\n$/);
    expect(delivered.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("a plus tag before the @ is delivered to the account", async () => {
    const marker = randomUUID();
    await sendRaw(`trent+${marker}@example.test`, "Subject: tagged\r\n\r\nx");
    expect((await findInMaildir("trent", `trent+${marker}`)).includes("Subject: tagged")).toBe(true);
  });

  test.for([
    ["unknown", "550 5.1.1"],
    ["alwaysDeferred", "451 4.3.0"],
    ["blocked", "554 5.7.1"],
    ["discarded", "250 2.1.5"],
  ] as const)("the recipient %s is answered with %s", async ([name, reply]) => {
    const lines = ["EHLO test", "MAIL FROM:<>", `RCPT TO:<${live.recipients[name]}>`, "QUIT"];
    expect(await converse(RELAY, lines, SMTP_REPLY_END)).toContain(`\n${reply}`);
  });

  test("a greylisted recipient is deferred first and accepted a few seconds later", async () => {
    const recipient = live.recipients.greylisted.replace("@", `+${randomUUID()}@`);
    expect(await sendRaw(recipient, "Subject: early\r\n\r\nx")).toContain("\n450 4.7.1");
    await sleep(GREYLIST_MS + 200);
    expect(await sendRaw(recipient, "Subject: late\r\n\r\nx")).toContain("\n250 2.0.0 Ok: queued");
  });

  test("submission refuses a sender who has not authenticated", async () => {
    const lines = ["EHLO test", "MAIL FROM:<a@example.test>", "RCPT TO:<ada@example.test>", "QUIT"];
    const transcript = await converse(live.smtp?.port ?? 0, lines, SMTP_REPLY_END);
    expect(transcript).toContain("250-STARTTLS");
    expect(transcript).not.toContain("AUTH");
    expect(transcript).toMatch(/^554 5\.7\.1 .*Relay access denied|^554 5\.7\.1 .*Access denied/m);
  });

  test.for(Object.entries(imapVariants))(
    "the variant %s announces what it should",
    async ([name, variant]) => {
      const port = live.imapVariants[name]?.port ?? 0;
      const lines = ["t1 LOGIN trent trent-secret", "t2 CAPABILITY", "t3 LOGOUT"];
      const transcript = await converse(port, lines, IMAP_REPLY_END);
      const capabilities = /^\* CAPABILITY (.*)\r$/m.exec(transcript)?.[1]?.split(" ") ?? [];
      expect(capabilities).toContain("IMAP4rev1");
      for (const capability of variant.without ?? []) expect(capabilities).not.toContain(capability);
    },
  );

  test("the account with the awkward password can log in", async () => {
    const { user, password } = liveUser("xenia");
    const initial = Buffer.from(`\0${user}\0${password}`).toString("base64");
    const lines = [`t1 AUTHENTICATE PLAIN ${initial}`, "t2 LOGOUT"];
    expect(await converse(live.imap.port, lines, IMAP_REPLY_END)).toContain("t1 OK");
  });

  test.for(["XOAUTH2", "OAUTHBEARER"])(
    "%s takes an access token and refuses an expired one",
    async (mechanism) => {
      const { user, accessToken, expiredToken } = liveUser("trent");
      const response = (token: string): string => {
        const bearer = `auth=Bearer ${token}\x01\x01`;
        const text = mechanism === "XOAUTH2" ? `user=${user}\x01${bearer}` : `n,a=${user},\x01${bearer}`;
        return Buffer.from(text).toString("base64");
      };
      const good = [`t1 AUTHENTICATE ${mechanism} ${response(accessToken)}`, "t2 LOGOUT"];
      expect(await converse(live.imap.port, good, IMAP_REPLY_END)).toContain("t1 OK");
      const bad = [`t1 AUTHENTICATE ${mechanism} ${response(expiredToken)}`, "", "t2 LOGOUT"];
      expect(await converse(live.imap.port, bad, IMAP_REPLY_END)).toMatch(/^t1 NO /m);
    },
  );

  test.for([
    ["plain", 'LIST (\\Subscribed \\HasNoChildren \\sent) "/" Sent'],
    ["belowInbox", 'LIST (\\Subscribed \\HasNoChildren \\sent) "." INBOX.Sent'],
    ["threeConnections", 'LIST (\\Subscribed \\HasNoChildren \\sent) "/" Sent'],
  ] as const)(
    "Cyrus (%s) has mailboxes of its own for the same users",
    { skip: live.cyrus === undefined },
    async ([name, sent]) => {
      const port = name === "plain" ? live.cyrus?.port : live.cyrus?.variants[name]?.port;
      const lines = [
        "t1 LOGIN trent trent-secret",
        't2 LIST "" * RETURN (SPECIAL-USE SUBSCRIBED)',
        "t3 LOGOUT",
      ];
      const transcript = await converse(port ?? 0, lines, IMAP_REPLY_END);
      expect(transcript).toMatch(/^\* OK .* Cyrus IMAP 3/);
      expect(transcript).toContain(sent);
    },
  );

  test("the certificates of all TLS ports are good for 127.0.0.1 under the throwaway authority", async () => {
    const ca = await readFile(live.ca);
    const cyrus = live.cyrus === undefined ? [] : [live.cyrus.tlsPort];
    for (const port of [live.imap.tlsPort, live.pop3.tlsPort, live.smtp?.tlsPort ?? 0, ...cyrus]) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ port, host: live.host, ca }, () => {
          socket.destroy();
          resolve();
        });
        socket.once("error", reject);
      });
    }
  });
});
