import { z } from "@hono/zod-openapi";

const moment = z.iso.datetime();
const addressSchema = z.object({ name: z.string(), address: z.string() });
const MAX_ID = Number.MAX_SAFE_INTEGER;

/** The number of a message, in a path. */
export const messageIdSchema = z.coerce.number<string>().int().min(1).max(MAX_ID);

/** A flag in a query: only these two words, so that `false` is not true. */
export const flagSchema = z.enum(["true", "false"]).transform((text) => text === "true");

export const messageSchema = z
  .object({
    id: z.number().int(),
    accountId: z.uuid(),
    folderId: z.uuid(),
    folderName: z.string(),
    uid: z.string(),
    date: moment,
    fromName: z.string(),
    fromAddress: z.string(),
    recipients: z.object({
      to: z.array(addressSchema),
      cc: z.array(addressSchema),
      replyTo: z.array(addressSchema),
    }),
    subject: z.string(),
    snippet: z.string(),
    messageId: z.string().nullable(),
    threadId: z.string().nullable(),
    seen: z.boolean(),
    flagged: z.boolean(),
    answered: z.boolean(),
    draft: z.boolean(),
    automatic: z.string().nullable(),
    hasAttachments: z.boolean(),
    attachmentCount: z.number().int(),
    sizeBytes: z.number().int(),
    waiting: z
      .object({
        seen: z.boolean().optional(),
        flagged: z.boolean().optional(),
        moveTo: z.uuid().optional(),
        isDeleted: z.literal(true).optional(),
        tries: z.number().int(),
        nextTryAt: moment,
        error: z.object({ code: z.string(), message: z.string(), server: z.string().optional() }),
      })
      .nullable()
      .openapi({
        description:
          "What was wanted of it while its server could not be reached; `seen` and `flagged` are as wanted",
      }),
  })
  .openapi("Message");

export const messagePageSchema = z
  .object({
    items: z.array(messageSchema),
    next: z.string().optional().openapi({ description: "The cursor of the next page; absent on the last" }),
    total: z.number().int().optional().openapi({ description: "Of a search, where it was counted" }),
  })
  .openapi("MessagePage");

export const bodySchema = z
  .object({
    text: z.string().nullable(),
    quotable: z.string().openapi({ description: "Its text, or that of its HTML where it has none" }),
    hasHtml: z.boolean(),
    hasRemoteImages: z.boolean().openapi({ description: "Whether its HTML names images that are elsewhere" }),
    attachments: z.array(
      z.object({
        part: z.string(),
        filename: z.string().nullable(),
        safeFilename: z.string(),
        contentType: z.string(),
        contentId: z.string().nullable(),
        isRelated: z.boolean(),
        sizeBytes: z.number().int(),
      }),
    ),
    defects: z.array(z.string()),
  })
  .openapi("MessageBody");

export const messageChangesSchema = z
  .object({ seen: z.boolean(), flagged: z.boolean(), folderId: z.uuid() })
  .partial()
  .strict()
  .openapi("MessageChanges");

const operationSchema = z.discriminatedUnion("type", [
  z
    .object({ type: z.literal("flags"), seen: z.boolean().optional(), flagged: z.boolean().optional() })
    .strict(),
  z.object({ type: z.literal("move"), folderId: z.uuid() }).strict(),
  z.object({ type: z.literal("delete") }).strict(),
]);

export const batchSchema = z
  .object({ ids: z.array(z.number().int().min(1).max(MAX_ID)).min(1).max(500), op: operationSchema })
  .strict()
  .openapi("Batch");

export const batchResultSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        ok: z.boolean(),
        isWaiting: z
          .boolean()
          .optional()
          .openapi({ description: "The server is away; it is made when the server is there again" }),
        code: z.string().optional(),
        detail: z.string().optional(),
        server: z.string().optional(),
      }),
    ),
  })
  .openapi("BatchResult");
