import { z } from "@hono/zod-openapi";

const partSchema = z
  .object({
    path: z.string().openapi({
      description: "As IMAP numbers it, in attached messages too; of a multipart at the top empty",
    }),
    contentType: z.string(),
    charset: z.string().nullable(),
    transferEncoding: z.string(),
    disposition: z.string().nullable(),
    filename: z.string().nullable().openapi({ description: "As the sender wrote it: not safe as a path" }),
    encodedBytes: z.number().int().nullable().openapi({ description: "Of a multipart unknown, as a rule" }),
    get children() {
      return z.array(partSchema);
    },
  })
  .openapi("MessagePart");

export const structureSchema = z
  .object({
    root: partSchema,
    isCut: z.boolean().openapi({ description: "Whether there is more of the message than was looked at" }),
  })
  .openapi("MessageStructure");
