import type { DeliveryResult } from "@mailwright/core";
import type { SmtpClient } from "@mailwright/smtp";

/** The file that travels with the message, so that its arrival can be checked byte by byte. */
export const ATTACHMENT: Buffer = Buffer.from(
  Array.from({ length: 12_288 }, (_, index) => (index * 89) % 256),
);

/** Sends a message with an attachment to everybody. */
export function sendGreeting(smtp: SmtpClient, to: readonly string[]): Promise<DeliveryResult> {
  return smtp.send({
    to: [...to],
    subject: "Grüße von Mailwright ✉",
    text: "This message was sent by the Mailwright demo.\n\nÜmläute, 日本語 and . a lone dot survive:\n.\n..\n",
    html: "<p>This message was sent by the <b>Mailwright</b> demo.</p>",
    attachments: [
      { filename: "every-byte.bin", content: ATTACHMENT, contentType: "application/octet-stream" },
    ],
  });
}
