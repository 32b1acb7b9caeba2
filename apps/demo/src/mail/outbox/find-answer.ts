import { buffer } from "node:stream/consumers";
import type { ImapClient } from "@mailwright/imap";
import { type DeliveryReport, parseDeliveryReport, parseMessage } from "@mailwright/parser";

/** What came back about a message that was sent: a report of a server that could not deliver it, or somebody's reply. */
export type Answer =
  | { readonly type: "bounce"; readonly report: DeliveryReport }
  | { readonly type: "reply" };

const INBOX = "INBOX";
/** More than so many messages that name one are no answers to it. */
const MAX_READ = 10;
const MAX_BYTES = 1024 * 1024;

/** Looks in the inbox for what names a sent message: either proves that the server had taken it. */
export async function findAnswer(client: ImapClient, messageId: string): Promise<Answer | undefined> {
  const named = [{ header: { "In-Reply-To": messageId } }, { header: { References: messageId } }];
  const uids = await client.search(INBOX, { or: [...named, { body: messageId }] });
  for (const uid of uids.slice(-MAX_READ).reverse()) {
    const { content, sizeBytes } = await client.downloadMessage(INBOX, uid);
    if (sizeBytes > MAX_BYTES) {
      content.destroy();
      continue;
    }
    const message = parseMessage(await buffer(content));
    const report = parseDeliveryReport(message);
    if (report?.originalMessageId === messageId) return { type: "bounce", report };
    const isReply = message.inReplyTo === messageId || message.references.includes(messageId);
    // A mailing program that answers by itself names it too: it was delivered all the same.
    if (report === undefined && isReply) return { type: "reply" };
  }
  return undefined;
}
