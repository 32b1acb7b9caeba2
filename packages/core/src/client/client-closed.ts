import { MailError, type MailProtocol } from "../errors/mail-error.js";

/** For whatever is asked of a client after its `close()`. */
export function clientClosed(protocol: MailProtocol): MailError {
  return new MailError("The client is closed", { code: "closed", protocol });
}
