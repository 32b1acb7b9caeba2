import type { WebhookEvent } from "./webhook-queries.js";

/** What a webhook can be told of, as a person chooses it. */
export const WEBHOOK_GROUPS: readonly {
  readonly name: string;
  readonly events: readonly WebhookEvent[];
}[] = [
  { name: "Mail that comes in", events: ["message.added"] },
  {
    name: "Mail that is changed or removed",
    events: ["message.updated", "message.removed", "message.refused"],
  },
  { name: "What comes back: bounces, complaints", events: ["message.bounced", "message.complained"] },
  {
    name: "What becomes of what is sent",
    events: [
      "send.queued",
      "send.sending",
      "send.cancelled",
      "send.sent",
      "send.partial",
      "send.failed",
      "send.deferred",
      "send.unknown",
      "send.resolved",
    ],
  },
  { name: "Folders", events: ["folder.added", "folder.updated", "folder.removed"] },
  { name: "Accounts", events: ["account.added", "account.state", "account.removed"] },
];

/** What a webhook is told of, in words; whatever fits no group by its type. */
export function describeEvents(events: readonly string[]): string {
  if (events.length === 0) return "Everything";
  const groups = WEBHOOK_GROUPS.filter((group) => group.events.every((event) => events.includes(event)));
  const named = new Set<string>(groups.flatMap((group) => group.events));
  return [...groups.map(({ name }) => name), ...events.filter((event) => !named.has(event))].join("; ");
}
