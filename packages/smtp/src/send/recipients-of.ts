import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../message/rendered-message.js";

/** The recipients as they were given, for a message that came to nothing before it was checked. */
export function recipientsOf(message: OutgoingMessage | RenderedMessage): readonly string[] {
  if ("recipients" in message) return message.recipients;
  const lists = [message.to, message.cc, message.bcc].flatMap((list) => list ?? []);
  const named = lists.map((entry) => (typeof entry === "object" ? entry.address : String(entry)));
  return message.envelope?.to ?? named;
}
