import { MailError } from "@mailwright/core";

/** What a message wants to hear of its delivery (RFC 3461 §4). */
interface NotificationParameters {
  readonly notify?: "never" | readonly string[] | undefined;
  readonly return?: "full" | "headers" | undefined;
  readonly envelopeId?: string | undefined;
  readonly originalRecipient?: string | undefined;
}

/** What MAIL says about a message. */
export interface MailParameters {
  readonly from: string;
  readonly bytes: { readonly length: number };
  readonly is8Bit: boolean;
  readonly needsUtf8: boolean;
  readonly requireTls: boolean;
  readonly dsn: NotificationParameters | undefined;
}

/** `MAIL FROM`, with the parameters that the message needs and the server knows. */
export function mailCommand(message: MailParameters, extensions: ReadonlySet<string>): string {
  const { from, bytes, is8Bit, needsUtf8, requireTls, dsn } = message;
  const words = [`MAIL FROM:<${from}>`];
  // RFC 6531 §3.4: also when the addresses are all ASCII and a header field is not.
  if (needsUtf8) words.push("SMTPUTF8");
  if (is8Bit) words.push("BODY=8BITMIME");
  if (extensions.has("SIZE")) words.push(`SIZE=${bytes.length}`);
  if (dsn !== undefined && extensions.has("DSN")) {
    if (dsn.return !== undefined) words.push(`RET=${dsn.return === "full" ? "FULL" : "HDRS"}`);
    if (dsn.envelopeId !== undefined) words.push(`ENVID=${encodeXtext(dsn.envelopeId)}`);
  }
  if (requireTls) words.push("REQUIRETLS");
  return words.join(" ");
}

/** `RCPT TO`, with what is to be told of this recipient. */
export function rcptCommand(
  address: string,
  dsn: NotificationParameters | undefined,
  extensions: ReadonlySet<string>,
): string {
  const words = [`RCPT TO:<${address}>`];
  if (dsn !== undefined && extensions.has("DSN")) {
    const notify = dsn.notify === "never" ? ["never"] : (dsn.notify ?? []);
    if (notify.length > 0) words.push(`NOTIFY=${notify.map((one) => one.toUpperCase()).join(",")}`);
    if (dsn.originalRecipient !== undefined) words.push(`ORCPT=${originalRecipient(dsn.originalRecipient)}`);
  }
  return words.join(" ");
}

/** The commands as bytes, each a line of its own; throws `"invalid-argument"` for what would be more than a line. */
export function encodeCommands(commands: readonly string[]): Buffer {
  for (const command of commands) {
    if (!/[\r\n\0]/.test(command)) continue;
    const details = { code: "invalid-argument", protocol: "smtp", phase: "mail" } as const;
    throw new MailError("A command has a line end or NUL in it", details);
  }
  return Buffer.from(`${commands.join("\r\n")}\r\n`);
}

/** An address of mail, unless its type is given. */
function originalRecipient(text: string): string {
  return encodeXtext(text.includes(";") ? text : `rfc822;${text}`);
}

/** RFC 3461 §4: what is no visible ASCII, and `+` and `=`, in hexadecimal. */
function encodeXtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `+${code.padStart(2, "0")}`;
  });
}
