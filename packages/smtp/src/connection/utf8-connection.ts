import SMTPConnection from "nodemailer/lib/smtp-connection";

const MAIL = /^MAIL FROM:/;
const ASKED = / SMTPUTF8\b/;

/**
 * nodemailer's connection, able to ask for SMTPUTF8 when only a header field needs it.
 * QUIRK: nodemailer 10.6 asks for addresses of the envelope alone, and has no option for more.
 */
export class Utf8Connection extends SMTPConnection {
  /** For the MAIL commands from now on. RFC 6531 §3.4: also when the envelope is all ASCII. */
  asksForUtf8 = false;

  /** Takes the place of nodemailer's method, through which every command goes. */
  _sendCommand(command: string, logged?: string): void {
    const isToAsk = this.asksForUtf8 && MAIL.test(command) && !ASKED.test(command);
    const send: unknown = Reflect.get(SMTPConnection.prototype, "_sendCommand");
    if (typeof send === "function")
      Reflect.apply(send, this, [isToAsk ? `${command} SMTPUTF8` : command, logged]);
  }
}
