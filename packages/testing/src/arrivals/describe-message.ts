import type { AcceptedMessage } from "../smtp/delivery.js";

const MAX_SUBJECT_LENGTH = 100;

/** One line about a message, for errors and logs: who sent it to whom, and its subject. */
export function describeMessage(message: AcceptedMessage): string {
  const recipients = message.recipients.map(({ address }) => address).join(", ");
  const { subject = "" } = message.parsed;
  const shown = subject.length > MAX_SUBJECT_LENGTH ? `${subject.slice(0, MAX_SUBJECT_LENGTH)}…` : subject;
  return `from <${message.mailFrom}> to ${recipients}: ${JSON.stringify(shown)}`;
}
