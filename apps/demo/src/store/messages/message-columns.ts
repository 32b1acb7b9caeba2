import { sql } from "drizzle-orm";
import { bodies, messages } from "../../db/schema/messages.js";

/** What a list shows of each message, in every list the same. */
export const messageColumns = {
  id: messages.id,
  accountId: messages.accountId,
  folderId: messages.folderId,
  // Not a join: the planner might begin with the folders, and would have to sort what it finds.
  folderName: sql<string>`(select display_name from folders where folders.id = ${messages.folderId})`,
  uid: messages.uid,
  date: messages.sortAt,
  fromName: messages.fromName,
  fromAddress: messages.fromAddress,
  recipients: messages.recipients,
  subject: messages.subject,
  snippet: messages.snippet,
  messageId: messages.messageId,
  threadId: messages.threadId,
  seen: messages.seen,
  flagged: messages.flagged,
  answered: messages.answered,
  draft: messages.draft,
  automatic: messages.automatic,
  hasAttachments: messages.hasAttachments,
  // Those that are listed with the message; only rows that are shown are looked at.
  attachmentCount: sql<number>`case when ${messages.hasAttachments} then (
    select count(*)::int from ${bodies}, jsonb_array_elements(bodies.attachments) as file
    where bodies.message_id = messages.id and not (file.value ->> 'isRelated')::boolean
  ) else 0 end`,
  sizeBytes: messages.sizeBytes,
};
