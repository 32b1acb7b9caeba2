import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { DsnRequest } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../message/rendered-message.js";

type NodemailerEnvelope = SMTPConnection.Envelope;

/** What nodemailer says in MAIL and RCPT; a new object each time, since it writes into it. */
export function toNodemailerEnvelope(
  message: RenderedMessage,
  recipients: readonly string[],
): NodemailerEnvelope {
  const { from, bytes, is8Bit, requireTls, dsn } = message;
  return {
    from,
    to: [...recipients],
    size: bytes.length,
    use8BitMime: is8Bit,
    requireTLSExtensionEnabled: requireTls,
    dsn: dsn === undefined ? undefined : toNodemailerDsn(dsn),
  };
}

function toNodemailerDsn(dsn: DsnRequest): NonNullable<NodemailerEnvelope["dsn"]> {
  const notify = dsn.notify === "never" ? "NEVER" : dsn.notify?.map((one) => one.toUpperCase());
  const ret = dsn.return === undefined ? undefined : dsn.return === "full" ? "FULL" : "HDRS";
  return { notify, ret, envid: dsn.envelopeId, orcpt: dsn.originalRecipient };
}
