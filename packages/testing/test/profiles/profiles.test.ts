import { ImapFlow } from "imapflow";
import nodemailer from "nodemailer";
import { afterEach, describe, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { profiles } from "../../src/profiles/profiles.js";
import { LineClient } from "../support/line-client.js";

let mail: MailServers | undefined;
afterEach(() => mail?.stop());

const accounts = [{ user: "ada", password: "x", messages: ["Subject: One\n\n1\n", "Subject: Two\n\n2\n"] }];

async function lines(profile: keyof typeof profiles, ...commands: string[]): Promise<string[]> {
  mail = await startMailServers({ accounts, profile });
  const client = await LineClient.dial(mail.imap.port);
  const heard = [await client.hear()];
  for (const [index, command] of ["LOGIN ada x", ...commands].entries()) {
    client.say(`t${index} ${command}`);
    do heard.push(await client.hear());
    while (!heard.at(-1)?.startsWith(`t${index} `) && heard.at(-1) !== "<end>");
  }
  client.close();
  return heard;
}

describe.each(Object.keys(profiles) as (keyof typeof profiles)[])("the profile %s", (profile) => {
  test("lets mail be sent, and read by a client that asks what there is", async () => {
    mail = await startMailServers({ accounts, profile });
    const transport = nodemailer.createTransport({
      host: mail.host,
      port: mail.smtp.port,
      tls: { ca: mail.ca },
      auth: { user: "ada", pass: "x" },
    });
    await transport.sendMail({ from: "a@b.test", to: "ada@example.test", subject: "Three", text: "3" });
    const client = new ImapFlow({
      host: mail.host,
      port: mail.imap.tlsPort,
      secure: true,
      tls: { ca: mail.ca },
      auth: { user: "ada", pass: "x" },
      logger: false,
    });
    await client.connect();
    const exists = profile === "exists-lies" ? 4 : 3;
    expect(await client.mailboxOpen("INBOX")).toMatchObject({ exists });
    await client.logout();
  });
});

test("Gmail has no QRESYNC, and counts connections", async () => {
  const heard = (await lines("gmail", "CAPABILITY", "SELECT INBOX")).join("\n");
  expect(heard).toMatch(/CONDSTORE.*APPENDLIMIT=35651584/);
  expect(heard).not.toMatch(/QRESYNC|SCRAM|LITERAL\+/);
  expect(heard).toMatch(/\[HIGHESTMODSEQ \d+\]$/m);
});

test("iCloud enables without saying so, and hides its capabilities at first", async () => {
  const heard = await lines("icloud", "CAPABILITY", "ENABLE QRESYNC");
  expect(heard).toContain("* CAPABILITY IMAP4rev1 XAPPLEPUSHSERVICE");
  expect(heard.join()).not.toContain("* ENABLED");
});

test("Courier refuses without a code, mailutils finds nothing up to *, Domino wraps ENVELOPE", async () => {
  expect((await lines("courier", "SELECT Nowhere")).at(-1)).toMatch(/^t1 NO [^[]/);
  await mail?.stop();
  expect(await lines("mailutils", "SELECT INBOX", "UID SEARCH UID 1:*", "UID SEARCH ALL")).toEqual(
    expect.arrayContaining(["* SEARCH", "* SEARCH 1 2"]),
  );
  await mail?.stop();
  expect((await lines("domino", "SELECT INBOX", "UID FETCH 1 ENVELOPE")).join("\n")).toMatch(
    /FETCH \(UID 1 \(ENVELOPE \(.*\)\)\)$/m,
  );
});

test("what is given goes before the profile, quirk by quirk, and a name that is none is refused", async () => {
  mail = await startMailServers({
    accounts,
    profile: "icloud",
    imap: { quirks: { malformedVanished: false } },
  });
  const client = await LineClient.dial(mail.imap.port);
  expect(await client.hear()).toContain("XAPPLEPUSHSERVICE");
  client.close();
  await expect(startMailServers({ profile: "outlook" as "gmail" })).rejects.toThrow(
    "profile outlook; there are gmail",
  );
});
