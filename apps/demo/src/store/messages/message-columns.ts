import { sql } from "drizzle-orm";
import { bodies, messages, type StoredChange } from "../../db/schema/messages.js";

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
  // As somebody wants them, until the server has said no.
  seen: sql<boolean>`coalesce((${messages.pending} ->> 'seen')::boolean, ${messages.seen})`,
  flagged: sql<boolean>`coalesce((${messages.pending} ->> 'flagged')::boolean, ${messages.flagged})`,
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
  // What was tried at least once and is tried again.
  waiting: sql<WaitingChange | null>`case when ${messages.pending} ? 'error' then
    ${messages.pending} - 'key' || jsonb_build_object('nextTryAt',
      to_char(${messages.pendingAt} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  end`,
};

/** A change that waits for its server, with the reason. */
export interface WaitingChange extends Omit<StoredChange, "key" | "error"> {
  readonly error: NonNullable<StoredChange["error"]>;
  readonly nextTryAt: string;
}
