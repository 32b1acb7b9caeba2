// Uses every package once, against the servers in the environment, and prints what came of it as JSON. Plain
// JavaScript without top-level await, so that every runtime and bundler takes it.
import { Readable } from "node:stream";
import { fixedBackoff, MailError, retry } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { decodeCharset } from "@mailwright/mime";
import { parseMessage, streamMessage } from "@mailwright/parser";
import { Pop3Client } from "@mailwright/pop3";
import { findProvider } from "@mailwright/providers";
import { SmtpClient } from "@mailwright/smtp";
import { startMailServers } from "@mailwright/testing";

const TEXT = "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain\r\n\r\nhello\r\n";

export async function smoke() {
  const { host, ca, ports } = JSON.parse(process.env.SMOKE ?? "");
  const account = (port) => ({
    server: { host, port, tls: { ca } },
    credentials: { user: "ada", password: "x" },
    retry: { attempts: 1 },
  });
  return {
    providers: findProvider("someone@gmail.com")?.id,
    core: await orError(() => retry(failsOnce(), { attempts: 2, backoff: fixedBackoff([1]) })),
    mime: decodeCharset(Uint8Array.of(0x67, 0x72, 0xfc, 0xdf, 0x65), "iso-8859-1").text,
    parsed: parseMessage(TEXT).subject,
    streamed: await orError(async () => {
      const parts = [];
      for await (const { type } of streamMessage(Readable.from([Buffer.from(TEXT)]))) parts.push(type);
      return parts.length > 0;
    }),
    sent: await orError(async () => {
      const smtp = new SmtpClient(account(ports.smtp));
      const message = { from: "ada@example.test", to: "ada@example.test", subject: "smoke", text: "hello" };
      const { status } = await smtp.send(message);
      await smtp.close();
      return status;
    }),
    pop3: await orError(async () => {
      const pop3 = new Pop3Client(account(ports.pop3));
      const { source } = await pop3.fetchMessage(1);
      await pop3.close();
      return source.toString().split("\r\n")[0];
    }),
    imap: await orError(async () => {
      const imap = new ImapClient(account(ports.imap));
      const subjects = [];
      for await (const { subject } of imap.messages("INBOX", { body: "text" })) subjects.push(subject);
      await imap.close();
      return subjects[0];
    }),
    testing: await orError(async () => {
      const messages = ["Subject: Own\r\n\r\nHello"];
      const mail = await startMailServers({ accounts: [{ user: "ada", password: "x", messages }] });
      const server = { host: mail.host, port: mail.pop3.port, security: "none" };
      const pop3 = new Pop3Client({ server, credentials: { user: "ada", password: "x" } });
      const { count } = await pop3.stat();
      await pop3.close();
      await mail.stop();
      return count;
    }),
  };
}

function failsOnce() {
  let calls = 0;
  return async () => {
    if (++calls > 1) return calls;
    throw new MailError("not yet", { code: "busy", protocol: "core", retryable: true });
  };
}

async function orError(work) {
  try {
    return await work();
  } catch (error) {
    return `${error?.code}: ${error?.message}`;
  }
}
