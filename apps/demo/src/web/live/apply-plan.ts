import type { QueryClient } from "@tanstack/react-query";
import type { Account, Folder, Message } from "../api/answers.js";
import { isListed, type MessageFilter } from "../mail/message-filter.js";
import { type MessagePages, placeItem, removeItems, replaceItem } from "../mail/message-pages.js";
import { foldersQuery, messageQuery } from "../mail/queries.js";
import { type ProgressSample, withSample } from "../mail/sync-progress.js";
import type { EventPlan } from "./event-plan.js";

/** More changes than this are not asked for one by one: the lists are read anew. */
const MAX_SINGLE = 20;

/** Brings what the page knows to what was told. */
export async function applyPlan(queryClient: QueryClient, plan: EventPlan): Promise<void> {
  if (plan.isReset) {
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    return;
  }
  patchById<Account>(queryClient, ["accounts"], plan.accounts);
  patchById<Folder>(queryClient, ["folders"], plan.folders);
  for (const [id, { synced }] of plan.folders)
    queryClient.setQueryData<ProgressSample[]>(["progress", id], (samples = []) =>
      withSample(samples, { at: Date.now(), synced: Number(synced) }),
    );
  if (plan.removed.size > 0) {
    updateLists(queryClient, (data) => removeItems(data, plan.removed));
    for (const id of plan.removed) void queryClient.invalidateQueries({ queryKey: ["message", id] });
  }
  for (const [id, version] of plan.drafts) queryClient.setQueryData(["draft-version", id], version);
  if (plan.drafts.size > 0) void queryClient.invalidateQueries({ queryKey: ["drafts"] });
  const sent = new Set([...plan.sends.keys(), ...plan.returned]);
  if (sent.size > 0) void queryClient.invalidateQueries({ queryKey: ["outbox"] });
  for (const id of sent) void queryClient.invalidateQueries({ queryKey: ["sent", id] });
  if (plan.drafts.size + plan.sends.size > 0)
    void queryClient.invalidateQueries({ queryKey: ["sending-counts"] });
  if (plan.areAccountsOther) void queryClient.invalidateQueries({ queryKey: ["accounts"] });
  if (plan.areFoldersOther || plan.areAccountsOther)
    void queryClient.invalidateQueries({ queryKey: ["folders"] });
  if (plan.added.size + plan.updated.size > MAX_SINGLE || plan.areAccountsOther || plan.areListsOther)
    await queryClient.invalidateQueries({ queryKey: ["messages"] });
  else await fetchChanged(queryClient, plan);
}

async function fetchChanged(queryClient: QueryClient, { added, updated }: EventPlan): Promise<void> {
  const folders = added.size === 0 ? [] : await queryClient.ensureQueryData(foldersQuery);
  await Promise.all(
    [...added, ...updated].map(async (id) => {
      // Gone again meanwhile: its removal is told too.
      const message = await queryClient
        .fetchQuery({ ...messageQuery(id), staleTime: 0 })
        .catch(() => undefined);
      if (message !== undefined) showChanged(queryClient, message, folders, added.has(id));
    }),
  );
  // Only the server can tell what a search finds.
  if (added.size > 0)
    await queryClient.invalidateQueries({
      queryKey: ["messages"],
      predicate: ({ queryKey }) => filterOf(queryKey).q !== undefined,
    });
}

function showChanged(
  queryClient: QueryClient,
  message: Message,
  folders: readonly Folder[],
  isNew: boolean,
): void {
  for (const [queryKey] of queryClient.getQueriesData<MessagePages>({ queryKey: ["messages"] })) {
    const filter = filterOf(queryKey);
    const belongs = (isNew || filter.starred === true) && isListed(filter, message, folders) === true;
    queryClient.setQueryData<MessagePages>(queryKey, (data) =>
      data === undefined ? data : belongs ? placeItem(data, message) : replaceItem(data, message),
    );
  }
}

function updateLists(queryClient: QueryClient, change: (data: MessagePages) => MessagePages): void {
  queryClient.setQueriesData<MessagePages>({ queryKey: ["messages"] }, (data) =>
    data === undefined ? data : change(data),
  );
}

function patchById<Item extends { readonly id: string }>(
  queryClient: QueryClient,
  queryKey: readonly string[],
  values: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): void {
  if (values.size === 0) return;
  queryClient.setQueryData<Item[]>(queryKey, (items) =>
    items?.map((item) => ({ ...item, ...values.get(item.id) })),
  );
}

function filterOf(queryKey: readonly unknown[]): MessageFilter {
  return (queryKey[1] ?? {}) as MessageFilter;
}
