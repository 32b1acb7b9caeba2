import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { OutboxEntry } from "../api/answers.js";
import { client, read } from "../api/client.js";

/** How much is being written, waits, is on its way and in doubt. */
export const sendingCountsQuery = queryOptions({
  queryKey: ["sending-counts"],
  queryFn: async ({ signal }) => await read(client.outbox.counts.$get({}, { init: { signal } })),
});

/** What was sent or shall be, the newest first; of one state, or all. */
export function outboxQuery(state?: OutboxEntry["state"]) {
  return infiniteQueryOptions({
    queryKey: ["outbox", state ?? "all"],
    queryFn: async ({ pageParam: cursor, signal }) =>
      await read(
        client.outbox.$get(
          { query: { ...(state !== undefined && { state }), ...(cursor !== undefined && { cursor }) } },
          { init: { signal } },
        ),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
}

/** One message, and what became of it for each recipient. */
export function sentQuery(id: string) {
  return queryOptions({
    queryKey: ["sent", id],
    queryFn: async ({ signal }) =>
      await read(client.outbox[":id"].$get({ param: { id } }, { init: { signal } })),
  });
}
