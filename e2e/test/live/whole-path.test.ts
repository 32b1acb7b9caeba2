import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImapClient, type WatchEvent } from "@mailwright/imap";
import { parseMessage } from "@mailwright/parser";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { beforeAll, describe, expect, test } from "vitest";
import { live, liveUser } from "./live-environment.js";

const sender = liveUser("quinn");
const recipient = liveUser("rupert");
const attachment = randomBytes(100_000);
const subject = `Grüße ✉ ${randomBytes(4).toString("hex")}`;
const text = "Guten Tag,\r\n\r\n.a line that starts with a dot\r\n..\r\nüber alles\r\n";

let tls: { readonly ca: string };

beforeAll(async () => {
  tls = { ca: await readFile(live.ca, "utf8") };
});

function connectionOf(
  ports: { readonly port: number; readonly tlsPort: number } | undefined,
  isTls: boolean,
) {
  if (ports === undefined) throw new Error("Postfix is not running");
  const { host } = live;
  return isTls
    ? { server: { host, port: ports.tlsPort, tls } }
    : { server: { host, port: ports.port, security: "starttls" as const, tls } };
}

/** The raw files of an account's INBOX. */
async function readMaildir(user: string): Promise<Buffer[]> {
  const folders = ["new", "cur"].map((name) => join(live.maildirRoot, user, name));
  const names = await Promise.all(
    folders.map(async (path) => (await readdir(path)).map((name) => join(path, name))),
  );
  return Promise.all(names.flat().map((path) => readFile(path)));
}

describe.each([
  { name: "TLS from the first byte", isTls: true },
  { name: "STARTTLS and STLS", isTls: false },
])("one message from SMTP to the parser, with $name", ({ isTls }) => {
  test("is accepted, delivered, seen by the watcher and served byte for byte", {
    timeout: 30_000,
  }, async () => {
    await using smtp = new SmtpClient({
      ...connectionOf(live.smtp, isTls),
      credentials: sender,
      from: sender.address,
    });
    await using imap = new ImapClient({ ...connectionOf(live.imap, isTls), credentials: recipient });
    await using pop3 = new Pop3Client({ ...connectionOf(live.pop3, isTls), credentials: recipient });

    const stop = new AbortController();
    const events = imap.watch("INBOX", { signal: stop.signal });
    expect((await events.next()).value).toMatchObject({ type: "started" });

    const result = await smtp.send({
      to: [{ name: "Rupert", address: recipient.address }],
      subject,
      text,
      html: "<p>Guten Tag</p>",
      attachments: [
        { filename: "Übersicht.bin", contentType: "application/octet-stream", content: attachment },
      ],
    });
    expect(result).toMatchObject({
      status: "accepted",
      recipients: [{ address: recipient.address, status: "accepted", reply: { code: "250" } }],
    });
    expect(result.serverMessageId).toMatch(/^[0-9A-F]+$/i);

    const { value: event } = await events.next();
    if (event === undefined) throw new Error("The watch ended");
    const uids = uidsOf(event);
    stop.abort();

    const found: Buffer[] = [];
    for await (const message of imap.messages("INBOX", { uids, body: "full" })) {
      if (message.messageId === result.messageId && message.source) found.push(message.source);
    }
    const [overImap] = found;
    if (overImap === undefined) throw new Error("IMAP does not have the message");
    const files = await readMaildir(recipient.user);
    expect(files.filter((file) => file.equals(overImap))).toHaveLength(1);

    const overPop3 = await pop3.session(async (box) => {
      for await (const { source } of box.messages()) if (source.includes(result.messageId)) return source;
      return undefined;
    });
    expect(overPop3?.equals(overImap)).toBe(true);

    const message = parseMessage(overImap);
    expect(message.subject).toBe(subject);
    expect(message.messageId).toBe(result.messageId);
    expect(message.from).toEqual([expect.objectContaining({ address: sender.address })]);
    expect(message.to).toEqual([expect.objectContaining({ name: "Rupert", address: recipient.address })]);
    expect(message.text?.trimEnd().split(/\r?\n/)).toEqual(text.trimEnd().split("\r\n"));
    expect(message.html).toContain("<p>Guten Tag</p>");
    expect(message.attachments.map(({ filename }) => filename)).toEqual(["Übersicht.bin"]);
    expect(message.attachments[0]?.content().equals(attachment)).toBe(true);
  });
});

function uidsOf(event: WatchEvent): readonly number[] {
  if (event.type !== "added") throw new Error(`The watcher told of ${event.type}`);
  return event.uids;
}
