import type { InferRequestType, InferResponseType } from "hono/client";
import { client, read } from "../../api/client.js";
import { queryClient } from "../../api/query-client.js";

/** A webhook and how it is doing. */
export type Webhook = InferResponseType<typeof client.webhooks.$get, 200>["items"][number];
/** A type of event that a webhook may be told of. */
export type WebhookEvent = NonNullable<
  InferRequestType<typeof client.webhooks.$post>["json"]["events"]
>[number];

/** All webhooks. What becomes of deliveries no event tells, so they are asked for at each visit. */
export const webhooksQuery = {
  queryKey: ["webhooks"],
  queryFn: async () => (await read(client.webhooks.$get())).items,
  staleTime: 0,
};

/** The newest tries of a webhook. */
export function deliveriesQuery(id: string) {
  return {
    queryKey: ["webhooks", id, "deliveries"],
    queryFn: async () =>
      (await read(client.webhooks[":id"].deliveries.$get({ param: { id }, query: {} }))).items,
    staleTime: 0,
  };
}

/** Reads webhooks and their logs anew. */
export async function renewWebhooks(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
}

/** Forgets a webhook that was removed; its log is not asked for any more. */
export function dropWebhook(id: string): void {
  queryClient.setQueryData<Webhook[]>(webhooksQuery.queryKey, (known) =>
    known?.filter((webhook) => webhook.id !== id),
  );
}
