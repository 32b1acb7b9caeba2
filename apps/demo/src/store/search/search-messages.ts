import { and, desc, sql } from "drizzle-orm";
import type { Sql } from "../../db/open-database.js";
import { messageSearch, messages } from "../../db/schema/messages.js";
import { behind, type MessageItem, type MessagePage, toPage } from "../messages/list-messages.js";
import { messageColumns } from "../messages/message-columns.js";
import { type PagePlace, parseCursor } from "../page-cursor.js";
import { isSeen, type Tenant } from "../tenant.js";
import { parseSearch } from "./parse-search.js";
import { isRechecked, toCondition, toTsQuery } from "./search-condition.js";

/** A page of what a search found. */
export interface SearchPage extends MessagePage {
  /** How many there are; `undefined` when more than were counted, or when it was not counted. */
  readonly total: number | undefined;
}

/** So many hits are sorted here; above, the newest messages are walked through instead. */
const MAX_HITS = 5_000;
/** Of a phrase fewer, because each hit is read and compared again. */
const MAX_PHRASE_HITS = 1_000;
/** So many hits are looked at for each that is shown, before all are. */
const FILTERED_PER_SHOWN = 20;
/** The walk ends here: words that only old mail has would make it long. */
const WALKED_MESSAGES = 10_000;

/**
 * Searches all folders, newest first. Must be called in a transaction of its own: it tells the planner what to do,
 * because left to itself that walks through all mail for a word that only old mail has.
 */
export async function searchMessages(
  tenant: Tenant,
  text: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<SearchPage> {
  const key = ["q", text];
  const place = page.cursor === undefined ? undefined : parseCursor(page.cursor, key);
  const query = parseSearch(text);
  const words = toTsQuery(query);
  const condition = toCondition(query.filters);
  const find = async (ids?: readonly number[]): Promise<MessageItem[]> =>
    await tenant.sql
      .select(messageColumns)
      .from(messages)
      .where(
        and(
          isSeen(tenant, messages),
          ids === undefined ? undefined : sql`${messages.id} = any(${sql.param([...ids])}::bigint[])`,
          condition,
          behind(place),
        ),
      )
      .orderBy(desc(messages.sortAt), desc(messages.id))
      .limit(page.limit + 1);
  if (words === undefined) {
    // Words that nothing can have (a lone comma) find nothing; no words at all leave the filters to decide.
    const items = query.words.length > 0 && condition === undefined ? [] : await find();
    return { ...toPage(items, page.limit, key), total: undefined };
  }
  const narrow = (hits: readonly Hit[]): number[] =>
    condition === undefined ? newestOf(hits, place, page.limit + 1) : hits.map(({ id }) => id);
  const cap = isRechecked(query) ? MAX_PHRASE_HITS : MAX_HITS;
  const hits = await findHits(tenant, words, cap + 1);
  if (hits.length > cap) {
    // With filters more are walked through than are shown: most of the newest may not pass them.
    const wanted = condition === undefined ? page.limit + 1 : FILTERED_PER_SHOWN * page.limit;
    const newest = await find(await walkNewest(tenant, words, place, wanted));
    const items = newest.length > page.limit ? newest : await find(narrow(await findHits(tenant, words)));
    return { ...toPage(items, page.limit, key), total: undefined };
  }
  const total = condition === undefined ? hits.length : undefined;
  return { ...toPage(await find(narrow(hits)), page.limit, key), total };
}

interface Hit {
  readonly id: number;
  readonly sortAt: Date;
}

/** The messages that have the words, in no order, by the index of words and nothing else. */
async function findHits(tenant: Tenant, words: string, limit?: number): Promise<Hit[]> {
  await plan(tenant.sql, { enable_seqscan: "off", enable_indexscan: "off", enable_bitmapscan: "on" });
  const found = tenant.sql
    .select({ id: messageSearch.messageId, sortAt: messageSearch.sortAt })
    .from(messageSearch)
    .where(
      and(isSeen(tenant, messageSearch), sql`${messageSearch.search} @@ to_tsquery('simple', ${words})`),
    );
  const hits = await (limit === undefined ? found : found.limit(limit));
  await plan(tenant.sql, { enable_indexscan: "on" });
  return hits;
}

/** The newest messages that have the words, by walking from the newest or from a place on, not too far. */
async function walkNewest(
  tenant: Tenant,
  words: string,
  place: PagePlace | undefined,
  limit: number,
): Promise<number[]> {
  await plan(tenant.sql, { enable_seqscan: "off", enable_indexscan: "on", enable_bitmapscan: "off" });
  const from =
    place === undefined
      ? sql``
      : sql`and (sort_at, message_id) < (${place.sortAt.toISOString()}::timestamptz, ${place.id}::bigint)`;
  const { rows } = await tenant.sql.execute<{ id: string }>(sql`
    select id from (
      select message_id as id, sort_at, search from message_search where ${isSeen(tenant, messageSearch)} ${from}
      order by sort_at desc, message_id desc limit ${WALKED_MESSAGES}
    ) as newest
    where search @@ to_tsquery('simple', ${words})
    order by sort_at desc, id desc limit ${limit}`);
  await plan(tenant.sql, { enable_bitmapscan: "on" });
  return rows.map(({ id }) => Number(id));
}

function newestOf(hits: readonly Hit[], place: PagePlace | undefined, limit: number): number[] {
  const isBehind = (hit: Hit): boolean =>
    place === undefined || compare({ id: place.id, sortAt: place.sortAt }, hit) < 0;
  return hits
    .filter(isBehind)
    .sort(compare)
    .slice(0, limit)
    .map(({ id }) => id);
}

/** Newest first, as the lists are. */
function compare(one: Hit, other: Hit): number {
  return other.sortAt.getTime() - one.sortAt.getTime() || other.id - one.id;
}

async function plan(database: Sql, settings: Readonly<Record<string, "on" | "off">>): Promise<void> {
  const all = { ...settings, work_mem: "32MB" };
  const calls = Object.entries(all).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await database.execute(sql`select ${sql.join(calls, sql`, `)}`);
}
