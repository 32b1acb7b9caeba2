import { MailError } from "@mailwright/core";

/** Longest command line with its CRLF, RFC 2449 §4. */
export const MAX_COMMAND_BYTES = 255;

const CR = 0x0d;
const LF = 0x0a;
const NUL = 0x00;

/**
 * One line for the server, with CRLF. The text is encoded as UTF-8 first and the *bytes* are checked: a line
 * that holds CR, LF or NUL is refused with `"invalid-argument"`, never repaired. The error does not show it.
 */
export function encodeLine(text: string): Buffer {
  const bytes = Buffer.from(`${text}\r\n`, "utf8");
  const end = bytes.length - 2;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at];
    if (byte === CR || byte === LF || byte === NUL) {
      const message = "A command must not contain CR, LF or NUL";
      throw new MailError(message, { code: "invalid-argument", protocol: "pop3" });
    }
  }
  return bytes;
}

/** A command and its arguments as one line; {@link encodeLine} says what is refused. */
export function encodeCommand(verb: string, ...parameters: readonly (string | number)[]): Buffer {
  return encodeLine([verb, ...parameters].join(" "));
}
