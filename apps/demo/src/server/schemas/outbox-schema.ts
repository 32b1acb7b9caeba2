import { z } from "@hono/zod-openapi";
import { OUTBOX_STATES, RECIPIENT_STATUSES, RESOLVERS, SENT_COPIES } from "../../db/schema/outbox.js";
import { variablesSchema } from "./template-schema.js";
import { lineSchema, linesSchema } from "./text-schema.js";

const moment = z.iso.datetime();
const address = z.object({ name: lineSchema.max(200).optional(), address: lineSchema.max(320) }).strict();
const addresses = z.array(address).max(100).default([]);
// What a message may hold is checked by the library that sends it, with the place of each fault.
const cid = lineSchema.max(255).optional();
const attachment = z.union([
  z
    .object({ filename: lineSchema.max(255), contentType: lineSchema.max(255), content: z.base64(), cid })
    .strict(),
  z.object({ uploadId: z.uuid(), cid }).strict(),
]);
const MAX_HOLD_SECONDS = 120;

/** A message to send from an account. */
export const sendSchema = z
  .object({
    accountId: z
      .uuid()
      .optional()
      .openapi({ description: "Left out in an answer: the account that received the message" }),
    to: addresses,
    cc: addresses,
    bcc: addresses,
    replyTo: addresses,
    subject: lineSchema.max(998).default(""),
    text: linesSchema.optional(),
    html: linesSchema.optional(),
    templateId: z.uuid().optional().openapi({
      description: "Where text and HTML come from, and the subject unless there is one here",
    }),
    variables: variablesSchema.optional().openapi({ description: "What the template is filled with" }),
    attachments: z.array(attachment).max(100).default([]),
    inReplyTo: lineSchema.max(998).optional(),
    references: z.array(lineSchema.max(998)).max(100).optional(),
    inReplyToId: z
      .number()
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .openapi({ description: "A stored message; `inReplyTo` counts when it is not there any more" }),
    draftId: z.uuid().optional().openapi({
      description: "Ends with this, at the version of `If-Match`; is back when this is cancelled",
    }),
    sendAt: moment.optional(),
    holdSeconds: z
      .number()
      .int()
      .min(1)
      .max(MAX_HOLD_SECONDS)
      .optional()
      .openapi({ description: "How long it may still be taken back" }),
  })
  .strict()
  .refine(({ accountId, inReplyToId }) => accountId !== undefined || inReplyToId !== undefined, {
    path: ["accountId"],
    message: "is needed where nothing is answered",
  })
  .refine(
    ({ templateId, text, html }) => templateId === undefined || (text === undefined && html === undefined),
    { path: ["templateId"], message: "brings the text; there is another one in the request" },
  )
  .openapi("SendRequest");

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  phase: z.string().optional(),
  server: z.string().optional(),
  at: moment,
});

/** A message of the outbox as a list shows it. */
export const outboxEntrySchema = z
  .object({
    id: z.uuid(),
    accountId: z.uuid(),
    messageId: z.string(),
    subject: z.string(),
    to: z.array(z.string()).openapi({ description: "All recipients, the hidden ones too" }),
    state: z.enum(OUTBOX_STATES),
    sendAt: moment.nullable(),
    attempt: z.number().int(),
    nextTryAt: moment.nullable(),
    resolvedBy: z.enum(RESOLVERS).nullable(),
    sentCopy: z.enum(SENT_COPIES),
    bounced: z
      .number()
      .int()
      .openapi({ description: "How many recipients it came back from, after a server had taken it" }),
    createdAt: moment,
  })
  .openapi("OutboxEntry");

/** A message with what became of it for each recipient, in the server's words. */
export const outboxMessageSchema = outboxEntrySchema
  .extend({
    canRetry: z.boolean().openapi({ description: "Whether there is somebody who cannot have it" }),
    canCancel: z.boolean().openapi({ description: "Whether nobody has it, and nobody sends it" }),
    recipients: z.array(
      z.object({
        address: z.string(),
        status: z.enum(RECIPIENT_STATUSES),
        code: z.string().nullable(),
        enhancedCode: z.string().nullable(),
        text: z.string().nullable(),
        bounce: z
          .object({
            kind: z.enum(["bounce", "complaint"]),
            enhancedCode: z.string().nullable(),
            text: z.string().nullable(),
          })
          .nullable()
          .openapi({
            description: "What came back from this recipient after a server had taken the message",
          }),
        bouncedAt: moment.nullable(),
      }),
    ),
    attempts: z.array(
      z.object({
        attempt: z.number().int(),
        phase: z.string(),
        startedAt: moment,
        finishedAt: moment.nullable(),
        connectionId: z.string().nullable(),
        error: errorSchema.nullable(),
      }),
    ),
  })
  .openapi("OutboxMessage");

/** What is wrong with a message, and where. */
export const validationSchema = z
  .object({
    problems: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  })
  .openapi("Validation");
