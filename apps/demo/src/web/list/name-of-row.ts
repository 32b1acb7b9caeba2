import type { Message } from "../api/answers.js";
import { count } from "../mail/format.js";

/** A message in words, as it is read to those who hear the list. */
export function nameOfRow(message: Message, date: string): string {
  const { seen, flagged, answered, fromName, fromAddress, subject, attachmentCount, waiting } = message;
  return [
    ...(seen ? [] : ["unread"]),
    ...(flagged ? ["starred"] : []),
    ...(answered ? ["answered"] : []),
    fromName === "" ? fromAddress : fromName,
    subject === "" ? "no subject" : subject,
    date,
    ...(waiting === null ? [] : ["a change waits for the server"]),
    ...(attachmentCount > 0 ? [count(attachmentCount, "attachment")] : []),
  ].join(", ");
}
