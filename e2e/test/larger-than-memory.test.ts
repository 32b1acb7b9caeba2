import { ImapClient } from "@mailwright/imap";
import { parseMessage, streamMessage } from "@mailwright/parser";
import { collectGarbage } from "@mailwright/suite";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const MEBIBYTE = 1024 * 1024;
const FILE_BYTES = 24 * MEBIBYTE;
const ACCOUNT = { user: "ada@example.test", password: "correct horse" };

function largeMessage(): string {
  const line = `${"QUJD".repeat(19)}\r\n`;
  return [
    "Subject: large",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=b\r\n",
    "--b\r\nContent-Type: text/plain\r\n\r\nsee the file",
    "--b\r\nContent-Type: application/pdf; name=large.pdf\r\nContent-Transfer-Encoding: base64\r\n",
    `${line.repeat(Math.ceil(FILE_BYTES / 57))}--b--\r\n`,
  ].join("\r\n");
}

test("of a mailbox that is read whole, a message larger than the limit is told, not held, and then read as a stream", async () => {
  const messages = ["Subject: small\r\n\r\none\r\n", largeMessage(), "Subject: last\r\n\r\nthree\r\n"];
  await using mail = await startMailServers({ accounts: [{ ...ACCOUNT, messages }] });
  const messageBytes = messages[1]?.length ?? 0;
  messages.length = 0;
  await using imap = new ImapClient({
    server: { host: mail.host, port: mail.imap.port, security: "none" },
    credentials: ACCOUNT,
    limits: { maxMessageBytes: MEBIBYTE },
  });
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  // What loading the code of both takes does not count.
  const small = await imap.downloadMessage("INBOX", 1);
  for await (const part of streamMessage(small.content))
    if (part.type === "end") expect(part.text).toContain("one");
  const before = used();
  const subjects: string[] = [];
  let [peak, came, next] = [0, 0, 0];
  for await (const { uid, source, incomplete } of imap.messages("INBOX", { body: "full" })) {
    if (source !== undefined) {
      subjects.push(parseMessage(source).subject ?? "");
      continue;
    }
    expect(incomplete?.code).toBe("limit");
    expect(imap.traffic().receivedBytes).toBeLessThan(MEBIBYTE);
    const { content, sizeBytes } = await imap.downloadMessage("INBOX", uid);
    expect(sizeBytes).toBe(messageBytes);
    for await (const part of streamMessage(content)) {
      if (part.type === "header") subjects.push(part.envelope.subject ?? "");
      if (part.type !== "attachment") continue;
      for await (const chunk of part.attachment.content) {
        came += Buffer.byteLength(chunk);
        if (came < next) continue;
        next += 4 * MEBIBYTE;
        peak = Math.max(peak, used() - before);
      }
    }
  }
  console.info(
    `${(messageBytes / MEBIBYTE).toFixed(0)} MiB read, at most ${(peak / MEBIBYTE).toFixed(1)} MiB held`,
  );
  expect(subjects).toEqual(["small", "large", "last"]);
  expect(came).toBe(57 * Math.ceil(FILE_BYTES / 57));
  // What the server of this process holds counts, too; the message alone would be more.
  expect(peak).toBeLessThan(messageBytes * 0.8);
});
