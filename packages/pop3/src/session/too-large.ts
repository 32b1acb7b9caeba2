import { MailError } from "@mailwright/core";
import type { Pop3ErrorContext } from "../pop3-error.js";

/** For a message that is not even asked for; the connection stays as it is. */
export function tooLarge(context: Pop3ErrorContext, number: number, maxBytes: number): MailError {
  const { phase, connectionId } = context;
  const message = `Message ${number} is larger than limits.maxMessageBytes (${maxBytes}); messageStream() has no such limit`;
  return new MailError(message, { code: "limit", protocol: "pop3", phase, connectionId });
}
