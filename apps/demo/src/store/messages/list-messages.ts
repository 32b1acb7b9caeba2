import { and, desc, eq, inArray, not, type SQL, sql } from "drizzle-orm";
import { messages, type StoredRecipients } from "../../db/schema/messages.js";
import { type PagePlace, parseCursor, toCursor } from "../page-cursor.js";
import { isSeen, type Tenant } from "../tenant.js";
import { messageColumns, type WaitingChange } from "./message-columns.js";

/** A message as lists show it. */
export interface MessageItem {
  readonly id: number;
  readonly accountId: string;
  readonly folderId: string;
  readonly folderName: string;
  readonly uid: string;
  readonly date: Date;
  readonly fromName: string;
  readonly fromAddress: string;
  readonly recipients: StoredRecipients;
  readonly subject: string;
  readonly snippet: string;
  readonly messageId: string | null;
  readonly threadId: string | null;
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly draft: boolean;
  readonly automatic: string | null;
  readonly hasAttachments: boolean;
  /** Without those that belong to the HTML. */
  readonly attachmentCount: number;
  readonly sizeBytes: number;
  /** What somebody wants and the server was not there for. */
  readonly waiting: WaitingChange | null;
}

/** Which messages a list has; without a folder those of all inboxes, unless `starred` or `thread` ask for all folders. */
export interface MessageFilter {
  readonly folder?: string | undefined;
  readonly account?: string | undefined;
  readonly unread?: boolean | undefined;
  readonly starred?: boolean | undefined;
  /** What all messages of one conversation have as their `threadId`. */
  readonly thread?: string | undefined;
}

/** A page of a list, newest first, and where the next one begins. */
export interface MessagePage {
  readonly items: readonly MessageItem[];
  readonly next: string | undefined;
}

/** One page of a list. Throws {@link CursorError} for a cursor of another list. */
export async function listMessages(
  tenant: Tenant,
  filter: MessageFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<MessagePage> {
  const { folder, account, unread = false, starred = false, thread } = filter;
  const key = [folder, account, unread, starred, thread];
  const place = page.cursor === undefined ? undefined : parseCursor(page.cursor, key);
  const items: MessageItem[] = await tenant.sql
    .select(messageColumns)
    .from(messages)
    .where(
      and(
        isSeen(tenant, messages),
        folder === undefined ? undefined : eq(messages.folderId, folder),
        folder === undefined && thread === undefined && !starred ? sql`${messages.inbox}` : undefined,
        account === undefined ? undefined : eq(messages.accountId, account),
        thread === undefined ? undefined : eq(messages.threadId, thread),
        unread ? not(messages.seen) : undefined,
        starred ? sql`${messages.flagged}` : undefined,
        behind(place),
      ),
    )
    .orderBy(desc(messages.sortAt), desc(messages.id))
    .limit(page.limit + 1);
  return toPage(items, page.limit, key);
}

/** The messages of these ids that are this tenant's, in no order. */
export async function findMessages(tenant: Tenant, ids: readonly number[]): Promise<MessageItem[]> {
  if (ids.length === 0) return [];
  return await tenant.sql
    .select(messageColumns)
    .from(messages)
    .where(and(isSeen(tenant, messages), inArray(messages.id, [...ids])));
}

/** Rows behind a place, in the order of every list. */
export function behind(place: PagePlace | undefined): SQL | undefined {
  if (place === undefined) return undefined;
  return sql`(${messages.sortAt}, ${messages.id}) < (${place.sortAt.toISOString()}::timestamptz, ${place.id}::bigint)`;
}

/** Cuts the row that only tells whether there are more. */
export function toPage(items: readonly MessageItem[], limit: number, key: unknown): MessagePage {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = items.length > limit && last !== undefined;
  return { items: shown, next: hasMore ? toCursor({ sortAt: last.date, id: last.id }, key) : undefined };
}
