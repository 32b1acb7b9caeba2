import { z } from "@hono/zod-openapi";
import { DRAFT_MODES } from "../../db/schema/drafts.js";
import { lineSchema, linesSchema } from "./text-schema.js";

const moment = z.iso.datetime();
const messageNumber = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
// Somebody still writes: what is no address yet is kept as it is.
const addresses = z
  .array(z.object({ name: lineSchema.max(200), address: lineSchema.max(320) }).strict())
  .max(500);
const attachment = z
  .object({
    filename: lineSchema.max(255),
    contentType: lineSchema.max(255),
    sizeBytes: z.number().int().min(0),
    uploadId: z.uuid().optional(),
    source: z
      .object({ messageId: messageNumber, part: z.string().max(100) })
      .strict()
      .optional(),
    cid: lineSchema.max(255).optional().openapi({ description: "What the HTML shows it by" }),
  })
  .strict();

/** What somebody has written so far, and for whom. */
export const draftValuesSchema = z
  .object({
    accountId: z.uuid(),
    mode: z.enum(DRAFT_MODES),
    replyToId: messageNumber.nullable(),
    content: z
      .object({
        to: addresses,
        cc: addresses,
        bcc: addresses,
        subject: lineSchema.max(998),
        text: linesSchema,
        html: linesSchema
          .optional()
          .openapi({ description: "Sent beside the text; the page shows it, and may leave it out" }),
        attachments: z.array(attachment).max(100),
        inReplyTo: lineSchema.max(998).optional(),
      })
      .strict(),
  })
  .strict()
  .openapi("DraftValues");

/** A draft as it was saved last. */
export const draftSchema = draftValuesSchema
  .extend({ id: z.uuid(), version: z.number().int(), updatedAt: moment })
  .openapi("Draft");

/** The version that a change is meant for, as `If-Match` has it. */
export const ifMatchSchema = z
  .string()
  .regex(/^"?\d{1,9}"?$/, "must be the number of a version")
  .transform((text) => Number(text.replaceAll('"', "")))
  .openapi({ type: "string", description: "The version that was read; 0 for one that is new" });

/** A file that was uploaded. */
export const uploadSchema = z
  .object({
    id: z.uuid(),
    filename: z.string(),
    contentType: z.string(),
    sizeBytes: z.number().int(),
    sha256: z.string(),
    createdAt: moment,
  })
  .openapi("Upload");

/** A file of a message that is copied, as for a forward. */
export const copySchema = z
  .object({ messageId: messageNumber, part: z.string().regex(/^[\w.]{1,100}$/) })
  .strict()
  .openapi("UploadCopy");
