import { randomBytes } from "node:crypto";

/**
 * A message inside of another one, for clients that did not say UTF8: another wrapper at each fetch, as Courier does
 * it.
 */
export function wrapMessage(lines: Buffer): Buffer {
  const boundary = `=_${randomBytes(12).toString("hex")}`;
  const head = [
    "Subject: Message with UTF-8 headers",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "The attached message has headers in UTF-8, which your mail reader did not ask for.",
    `--${boundary}`,
    "Content-Type: message/global",
    "Content-Transfer-Encoding: 8bit",
    "",
    "",
  ];
  return Buffer.concat([Buffer.from(head.join("\r\n")), lines, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}
