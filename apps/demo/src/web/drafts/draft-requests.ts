import { queryOptions } from "@tanstack/react-query";
import type { Draft } from "../api/answers.js";
import { client, read } from "../api/client.js";
import type { DraftValues } from "./draft-values.js";

/** What is being written, the one saved last first. */
export const draftsQuery = queryOptions({
  queryKey: ["drafts"],
  queryFn: async ({ signal }) => (await read(client.drafts.$get({ query: {} }, { init: { signal } }))).items,
});

/** One draft; `null` where there is none. */
export async function findDraft(id: string): Promise<Draft | null> {
  const { items } = await read(client.drafts.$get({ query: { id } }));
  return items[0] ?? null;
}

/** Saves a draft over a version. Throws `ProblemError` of 412 when somebody has saved it since. */
export async function putDraft(id: string, values: DraftValues, version: number): Promise<Draft> {
  const { accountId, mode, replyToId, content } = values;
  const json = { accountId, mode, replyToId, content };
  return await read(client.drafts[":id"].$put({ param: { id }, header: { "if-match": `${version}` }, json }));
}

/** Throws a draft away. */
export async function removeDraft(id: string, version: number): Promise<void> {
  await read(client.drafts[":id"].$delete({ param: { id }, header: { "if-match": `${version}` } }));
}
