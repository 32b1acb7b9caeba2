import { queryOptions } from "@tanstack/react-query";
import { client, read } from "../api/client.js";

const EVERY_MS = 5_000;

/** What everything is doing, read again and again while somebody looks: there are no events of it. */
export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: async ({ signal }) => await read(client.status.$get({}, { init: { signal } })),
  staleTime: 0,
  // Not while the page is hidden.
  refetchInterval: EVERY_MS,
  refetchOnWindowFocus: true,
});
