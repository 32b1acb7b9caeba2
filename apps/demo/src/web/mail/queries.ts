import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, read, readSession } from "../api/client.js";
import { type MessageFilter, toQuery } from "./message-filter.js";
import { toPart } from "./to-part.js";

export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: readSession });

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: async ({ signal }) => (await read(client.accounts.$get({}, { init: { signal } }))).items,
  // When it was read last is told by no event, as long as nothing is new.
  refetchInterval: 60_000,
});

export const foldersQuery = queryOptions({
  queryKey: ["folders"],
  queryFn: async ({ signal }) => (await read(client.folders.$get({ query: {} }, { init: { signal } }))).items,
});

/** A list of messages, page by page. */
export function messagesQuery(filter: MessageFilter) {
  return infiniteQueryOptions({
    queryKey: ["messages", filter],
    queryFn: async ({ pageParam, signal }) =>
      await read(client.messages.$get({ query: toQuery(filter, pageParam) }, { init: { signal } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
}

/** One message. */
export function messageQuery(id: number) {
  return queryOptions({
    queryKey: ["message", id],
    queryFn: async ({ signal }) =>
      await read(client.messages[":id"].$get({ param: { id: String(id) } }, { init: { signal } })),
  });
}

/** What it says, and its files. */
export function bodyQuery(id: number) {
  return queryOptions({
    queryKey: ["body", id],
    queryFn: async ({ signal }) =>
      await read(client.messages[":id"].body.$get({ param: { id: String(id) } }, { init: { signal } })),
  });
}

/** Its header fields, in their order. */
export function headersQuery(id: number) {
  return queryOptions({
    queryKey: ["headers", id],
    queryFn: async ({ signal }) =>
      (await read(client.messages[":id"].headers.$get({ param: { id: String(id) } }, { init: { signal } })))
        .items,
  });
}

/** The tree of its parts. */
export function structureQuery(id: number) {
  return queryOptions({
    queryKey: ["structure", id],
    queryFn: async ({ signal }) => {
      const param = { id: String(id) };
      const { root, isCut } = await read(
        client.messages[":id"].structure.$get({ param }, { init: { signal } }),
      );
      return { root: toPart(root), isCut };
    },
  });
}
