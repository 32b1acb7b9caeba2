import { MailError } from "@mailwright/core";

/** The error for a server that sends more than the limits allow: `"limit"`, and the connection is lost. */
export function tooMuch(what: string): MailError {
  return new MailError(`The server sent more than the limits allow: ${what}`, {
    code: "limit",
    protocol: "imap",
    connectionBroken: true,
  });
}
