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

/** Where messages go. */
export interface SmtpTarget {
  readonly port: number;
  /** @defaultValue an address that smtp-sink takes as it takes any */
  readonly to?: string;
  /** Of our client; nodemailer has no CHUNKING. @defaultValue "auto" */
  readonly chunking?: "auto" | boolean;
}

/** This project's client, with outcomes and retries on as they are by default. */
export function mailwright(
  { port, to = TO, chunking = "auto" }: SmtpTarget,
  connections: number,
): SmtpPeer & { readonly client: SmtpClient } {
  const client = new SmtpClient({
    server: { host: "127.0.0.1", port, security: "none" },
    from: FROM,
    chunking,
    pool: { maxPerKey: connections, maxUses: Number.POSITIVE_INFINITY },
  });
  return {
    name: "mailwright",
    client,
    send: async ({ subject, text, file }) => {
      const attachments = attachmentsOf(file);
      const { status } = await client.send({ to: [to], subject, text, attachments });
      if (status !== "accepted") throw new Error(`mailwright: ${status}`);
    },
    close: () => client.close(),
  };
}

/** nodemailer's own pool. */
export function nodemailer({ port, to = TO }: SmtpTarget, connections: number): SmtpPeer {
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
      await transport.sendMail({ from: FROM, to, subject, text, attachments: attachmentsOf(file) });
    },
    close: async () => transport.close(),
  };
}

function attachmentsOf(file: Buffer | undefined): {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}[] {
  return file === undefined
    ? []
    : [{ filename: "file.bin", contentType: "application/octet-stream", content: file }];
}
