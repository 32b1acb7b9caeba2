import { createRoute, z } from "@hono/zod-openapi";
import { readAttachment, readHeaders, readSource } from "../../mail/read-content.js";
import { readStructure } from "../../mail/read-structure.js";
import { createRouter } from "../create-router.js";
import { findMessage } from "../find-message.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound } from "../problem.js";
import { messageIdSchema } from "../schemas/message-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { structureSchema } from "../schemas/structure-schema.js";
import type { Services } from "../services.js";
import { toDownload } from "../to-download.js";

const middleware = requireScope("read");
const params = z.object({ id: messageIdSchema });
const fieldSchema = z.object({ name: z.string(), value: z.string() }).openapi("HeaderField");

const headers = createRoute({
  method: "get",
  path: "/messages/{id}/headers",
  middleware,
  request: { params },
  responses: {
    200: {
      description: "The header fields in their order",
      content: { "application/json": { schema: z.object({ items: z.array(fieldSchema) }) } },
    },
    ...problemResponse,
  },
});
const structure = createRoute({
  method: "get",
  path: "/messages/{id}/structure",
  middleware,
  request: { params },
  responses: {
    200: {
      description: "The MIME tree, without a byte of the parts",
      content: { "application/json": { schema: structureSchema } },
    },
    ...problemResponse,
  },
});
const source = createRoute({
  method: "get",
  path: "/messages/{id}/source",
  middleware,
  request: { params },
  responses: { 200: { description: "The message as it was sent, as a file" }, ...problemResponse },
});
const attachment = createRoute({
  method: "get",
  path: "/messages/{id}/attachments/{part}",
  middleware,
  request: { params: params.extend({ part: z.string().regex(/^[\w.]{1,100}$/) }) },
  responses: { 200: { description: "The file, under a safe name" }, ...problemResponse },
});

/** What is read from the mail server when somebody asks: headers, the structure, the source, files. */
export function contentRoutes({ clients }: Services) {
  return createRouter()
    .openapi(headers, async (c) => {
      const message = await findMessage(c, c.req.valid("param").id);
      const fields = await readHeaders(clients, c.var.tenant, message);
      if (fields === undefined) throw notFound("message");
      return c.json({ items: fields.map(([name, value]) => ({ name, value })) }, 200);
    })
    .openapi(structure, async (c) => {
      const message = await findMessage(c, c.req.valid("param").id);
      const found = await readStructure(clients, c.var.tenant, message);
      if (found === undefined) throw notFound("message");
      return c.json(found, 200);
    })
    .openapi(source, async (c) => {
      const message = await findMessage(c, c.req.valid("param").id);
      const content = await readSource(clients, c.var.tenant, message);
      if (content === undefined) throw notFound("message");
      return await toDownload(content, `message-${message.id}.eml`);
    })
    .openapi(attachment, async (c) => {
      const { id, part } = c.req.valid("param");
      const message = await findMessage(c, id);
      const content = await readAttachment(clients, c.var.tenant, message, part);
      if (content === undefined) throw notFound("attachment");
      return await toDownload(content.stream, content.filename);
    });
}
