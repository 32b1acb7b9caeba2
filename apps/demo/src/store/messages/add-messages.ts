import { sql } from "drizzle-orm";
import type { StoredAttachment, StoredRecipients } from "../../db/schema/messages.js";
import { addEvents } from "../events.js";
import { noteReturn, type Returned } from "../outbox/returns.js";
import { toSearchText } from "../search/search-text.js";
import type { Tenant } from "../tenant.js";

/** A message as the sync found it. */
export interface NewMessage {
  readonly uid: string;
  readonly sortAt: Date;
  readonly fromName: string;
  readonly fromAddress: string;
  readonly recipients: StoredRecipients;
  readonly subject: string;
  readonly messageId: string | undefined;
  readonly threadId: string | undefined;
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly draft: boolean;
  readonly automatic: string | undefined;
  readonly sizeBytes: number;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly attachments: readonly StoredAttachment[];
  readonly defects: readonly string[];
  /** The whole message, where the server cannot be asked for a part of it later. */
  readonly source?: Buffer | undefined;
  /** What it says of a message that was sent, when it is a bounce or a complaint. */
  readonly returned?: Returned | undefined;
}

/** Where messages are put. */
export interface MessageFolder {
  readonly id: string;
  readonly accountId: string;
  readonly role: string;
  readonly validity: string;
}

const SNIPPET_CHARACTERS = 200;
/** Of three bytes each they fit into an index. */
const MAX_ID_CHARACTERS = 800;
/** Shown as text, searched as text; what is longer is read from the server. */
const MAX_TEXT_CHARACTERS = 1_000_000;

/**
 * Stores messages in a folder with their bodies and their words, counts them, and tells of each. One that is there
 * already is passed over, so that the same batch may come twice. What comes back to an inbox is noted at the message
 * that was sent. Answers with how many were new.
 */
export async function addMessages(
  tenant: Tenant,
  folder: MessageFolder,
  added: readonly NewMessage[],
  options: { readonly isFirstSync: boolean },
): Promise<number> {
  if (added.length === 0) return 0;
  const rows = JSON.stringify(added.map(toRow), (_name, value) =>
    typeof value === "string" ? value.replaceAll(/\0|\p{Cs}/gu, "\ufffd") : value,
  );
  const result = await tenant.sql.execute<{ id: string; uid: string; seen: boolean }>(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${rows}::jsonb) as given (
        uid text, sort_at timestamptz(3), from_name text, from_address text, recipients jsonb, subject text,
        snippet text, message_id text, thread_id text, seen boolean, flagged boolean, answered boolean,
        draft boolean, automatic text, has_attachments boolean, size_bytes integer, text text, html text,
        headers jsonb, attachments jsonb, defects jsonb, source text,
        words_a text, words_b text, words_c text, words_d text)
    ), stored as (
      insert into messages (tenant_id, account_id, folder_id, validity, uid, sort_at, from_name, from_address,
        recipients, subject, snippet, message_id, thread_id, seen, flagged, answered, draft, automatic,
        has_attachments, size_bytes, inbox)
      select ${tenant.id}, ${folder.accountId}, ${folder.id}, ${folder.validity}, uid, sort_at, from_name,
        from_address, recipients, subject, snippet, message_id, thread_id, seen, flagged, answered, draft,
        automatic, has_attachments, size_bytes, ${folder.role === "inbox"}
      from given order by sort_at
      on conflict (folder_id, validity, uid) do nothing
      returning id, uid, seen, sort_at
    ), read as (
      insert into bodies (message_id, tenant_id, text, html, headers, attachments, defects, source)
      select stored.id, ${tenant.id}, text, html, headers, attachments, defects, decode(source, 'base64')
      from stored join given using (uid)
    ), indexed as (
      insert into message_search (message_id, tenant_id, account_id, sort_at, search)
      select stored.id, ${tenant.id}, ${folder.accountId}, stored.sort_at,
        setweight(to_tsvector('simple', words_a), 'A') || setweight(to_tsvector('simple', words_b), 'B') ||
        setweight(to_tsvector('simple', words_c), 'C') || setweight(to_tsvector('simple', words_d), 'D')
      from stored join given using (uid)
    ), counted as (
      update folders set total = total + (select count(*) from stored),
        unread = unread + (select count(*) from stored where not seen)
      where tenant_id = ${tenant.id} and id = ${folder.id}
    )
    select id, uid, seen from stored`);
  // A first sync tells of its progress, not of each message: none of them is news.
  if (!options.isFirstSync)
    await addEvents(
      tenant,
      result.rows.map((row) => addedEvent(folder, row)),
    );
  const news = new Set(result.rows.map(({ uid }) => uid));
  if (folder.role === "inbox")
    for (const { uid, returned } of added)
      if (returned !== undefined && news.has(uid)) await noteReturn(tenant, returned);
  return result.rows.length;
}

function addedEvent(folder: MessageFolder, { id, seen }: { readonly id: string; readonly seen: boolean }) {
  const data = { id: Number(id), folderId: folder.id, seen, inbox: folder.role === "inbox" };
  return { type: "message.added", accountId: folder.accountId, data } as const;
}

function toRow(message: NewMessage): Readonly<Record<string, unknown>> {
  const { recipients, attachments, subject, fromName, fromAddress, text, html } = message;
  const people = [...recipients.to, ...recipients.cc].map(({ name, address }) => `${name} ${address}`);
  const files = attachments.filter(({ isRelated }) => !isRelated);
  const readable = text ?? (html === undefined ? "" : withoutTags(html));
  return {
    uid: message.uid,
    sort_at: message.sortAt.toISOString(),
    from_name: fromName,
    from_address: fromAddress,
    recipients,
    subject,
    snippet: readable
      .slice(0, 4 * SNIPPET_CHARACTERS)
      .replaceAll(/\s+/g, " ")
      .trim()
      .slice(0, SNIPPET_CHARACTERS),
    message_id: indexable(message.messageId),
    thread_id: indexable(message.threadId),
    seen: message.seen,
    flagged: message.flagged,
    answered: message.answered,
    draft: message.draft,
    automatic: message.automatic,
    has_attachments: files.length > 0,
    size_bytes: message.sizeBytes,
    text: text?.slice(0, MAX_TEXT_CHARACTERS),
    html: html?.slice(0, MAX_TEXT_CHARACTERS),
    headers: message.headers,
    attachments,
    defects: message.defects,
    source: message.source?.toString("base64"),
    words_a: toSearchText(subject),
    words_b: toSearchText([`${fromName} ${fromAddress}`, ...people.slice(0, 200)].join(" ")),
    words_c: toSearchText(attachments.map(({ filename }) => filename ?? "").join(" ")),
    words_d: toSearchText(readable),
  };
}

/** A row of an index has at most 2 704 bytes, and what does not fit fails the batch; nobody refers to such an id. */
function indexable(id: string | undefined): string | undefined {
  return id === undefined || id.length > MAX_ID_CHARACTERS ? undefined : id;
}

/** The words of HTML for the index and the first line; what is shown goes through the sanitizer instead. */
function withoutTags(html: string): string {
  return html
    .slice(0, MAX_TEXT_CHARACTERS)
    .replaceAll(/<(style|script|head)\b[^<]*(?:<(?!\/\1)[^<]*)*/gi, " ")
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/&(nbsp|amp|lt|gt|quot);/gi, " ");
}
