import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { DeliveryNotification } from "./delivery-notification.js";

/** Our wishes for delivery notifications in nodemailer's form. */
export function toEnvelopeDsn(dsn: DeliveryNotification): NonNullable<SMTPConnection.Envelope["dsn"]> {
  const notify = dsn.notify === "never" ? "NEVER" : dsn.notify?.map((one) => one.toUpperCase());
  const ret = dsn.return === undefined ? undefined : dsn.return === "full" ? "FULL" : "HDRS";
  return { notify, ret, envid: dsn.envelopeId, orcpt: dsn.originalRecipient };
}
