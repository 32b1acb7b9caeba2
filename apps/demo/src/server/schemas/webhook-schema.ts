import { z } from "@hono/zod-openapi";
import { EVENT_TYPES, isForOthers } from "../../store/events.js";

const moment = z.iso.datetime();
const address = z.url({ protocol: /^https?$/ }).max(2_000);

const choices = {
  url: address.refine((url) => !carriesLogin(url), { error: "must not carry a login" }),
  events: z
    .array(z.enum(EVENT_TYPES.filter(isForOthers)))
    .max(EVENT_TYPES.length)
    .openapi({ description: "The types of events that are told; all without any" }),
  accountId: z.uuid().nullable().openapi({ description: "Of this account alone" }),
  includesText: z
    .boolean()
    .openapi({ description: "Whether `message.added` brings the sender, the subject and the text" }),
};

function carriesLogin(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return `${username}${password}` !== "";
}

/** A webhook to make. */
export const newWebhookSchema = z
  .object({
    url: choices.url,
    events: choices.events.default([]),
    accountId: choices.accountId.default(null),
    includesText: choices.includesText.default(false),
  })
  .strict()
  .openapi("NewWebhook");

/** What may be changed of one. */
export const webhookChangeSchema = z.object(choices).partial().strict().openapi("WebhookChange");

/** A webhook; its secret is shown when it is made, and never again. */
export const webhookSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    accountId: z.uuid().nullable(),
    includesText: z.boolean(),
    cursor: z.number().int().openapi({ description: "The last event that was taken" }),
    failures: z.number().int().openapi({ description: "Tries in a row that failed" }),
    nextTryAt: moment,
    pausedReason: z
      .string()
      .nullable()
      .openapi({ description: "Why nothing is delivered any more, until it is resumed" }),
    createdAt: moment,
  })
  .openapi("Webhook");

const outcome = {
  status: z.number().int().nullable().openapi({ description: "What the receiver answered" }),
  error: z.string().nullable().openapi({ description: "Why it was not taken; nothing when it was" }),
  tookMs: z.number().int(),
};

/** What became of a trial. */
export const webhookTrialSchema = z.object(outcome).openapi("WebhookTrial");

/** One try of a delivery. */
export const deliverySchema = z
  .object({
    id: z.uuid(),
    eventId: z.number().int().nullable(),
    type: z.string(),
    attempt: z.number().int(),
    ...outcome,
    createdAt: moment,
  })
  .openapi("WebhookDelivery");
