import { SmtpClient } from "@mailwright/smtp";
import { createTransport } from "nodemailer";

/** What is sent: the same by every peer. */
export interface BenchMessage {
  readonly subject: string;
  readonly text: string;
  readonly file?: Buffer | undefined;
}

/** A pooled sender. */
export interface SmtpPeer {
  readonly name: string;
  /** Rejects unless the message was accepted. */
  send(message: BenchMessage): Promise<void>;
  close(): Promise<void>;
}

const FROM = "ada@example.com";
const TO = "bob@example.org";

/** This project's client, with outcomes and retries on as they are by default. */
export function mailwright(port: number, connections: number): SmtpPeer & { readonly client: SmtpClient } {
  const client = new SmtpClient({
    server: { host: "127.0.0.1", port, security: "none" },
    from: FROM,
    pool: { maxPerKey: connections, maxUses: Number.POSITIVE_INFINITY },
  });
  return {
    name: "mailwright",
    client,
    send: async ({ subject, text, file }) => {
      const attachments =
        file === undefined
          ? []
          : [{ filename: "file.bin", contentType: "application/octet-stream", content: file }];
      const { status } = await client.send({ to: [TO], subject, text, attachments });
      if (status !== "accepted") throw new Error(`mailwright: ${status}`);
    },
    close: () => client.close(),
  };
}

/** nodemailer's own pool. */
export function nodemailer(port: number, connections: number): SmtpPeer {
  const transport = createTransport({
    pool: true,
    host: "127.0.0.1",
    port,
    secure: false,
    ignoreTLS: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  return {
    name: "nodemailer",
    send: async ({ subject, text, file }) => {
      const attachments =
        file === undefined
          ? []
          : [{ filename: "file.bin", contentType: "application/octet-stream", content: file }];
      await transport.sendMail({ from: FROM, to: TO, subject, text, attachments });
    },
    close: async () => transport.close(),
  };
}
