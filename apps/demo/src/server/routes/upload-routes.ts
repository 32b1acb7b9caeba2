import { createRoute, z } from "@hono/zod-openapi";
import { readAttachment } from "../../mail/read-content.js";
import { addUpload, deleteUpload, findUpload, type Upload } from "../../store/outbox/uploads.js";
import { createRouter } from "../create-router.js";
import { findMessage } from "../find-message.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound, Problem } from "../problem.js";
import { readLimited } from "../read-limited.js";
import { copySchema, uploadSchema } from "../schemas/draft-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { lineSchema } from "../schemas/text-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const middleware = requireScope("send");
const params = z.object({ id: z.uuid() });
const MAX_MB = 25;
const MAX_BYTES = MAX_MB * 1024 * 1024;
/** RFC 2045 §5.1, without parameters: a file has no charset. */
const CONTENT_TYPE = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}/;
const made = { description: "The file", content: { "application/json": { schema: uploadSchema } } };

const routes = {
  add: createRoute({
    method: "post",
    path: "/uploads",
    middleware,
    request: {
      query: z.object({ filename: lineSchema.min(1).max(255) }),
      body: {
        required: true,
        description: `The bytes, at most ${MAX_MB} MB; kept for a day, or as long as a draft has them`,
        content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
      },
    },
    responses: { 201: made, ...problemResponse },
  }),
  copy: createRoute({
    method: "post",
    path: "/uploads/copy",
    middleware,
    request: { body: { required: true, content: { "application/json": { schema: copySchema } } } },
    responses: { 201: { ...made, description: "A message's file, as an upload" }, ...problemResponse },
  }),
  read: createRoute({
    method: "get",
    path: "/uploads/{id}",
    middleware,
    request: { params },
    responses: { 200: { ...made, description: "What is known of the file" }, ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/uploads/{id}",
    middleware,
    request: { params },
    responses: { 204: { description: "Removed" }, ...problemResponse },
  }),
};

/** Files on their way into a message. */
export function uploadRoutes({ environment: { now }, clients }: Services) {
  return createRouter()
    .openapi(routes.copy, async (c) => {
      const { messageId, part } = c.req.valid("json");
      const message = await findMessage(c, messageId);
      const found = await readAttachment(clients, c.var.tenant, message, part);
      if (found === undefined) throw notFound("attachment");
      const bytes = await readLimited(found.stream, MAX_BYTES);
      if (bytes === undefined) throw tooLarge();
      const { filename, contentType } = found;
      return c.json(toAnswer(await addUpload(c.var.tenant, { filename, contentType, bytes }, now())), 201);
    })
    .openapi(routes.add, async (c) => {
      if (Number(c.req.header("content-length") ?? 0) > MAX_BYTES) throw tooLarge();
      const stream = c.req.raw.body;
      const bytes = stream === null ? Buffer.alloc(0) : await readLimited(stream, MAX_BYTES);
      if (bytes === undefined) throw tooLarge();
      const [contentType = "application/octet-stream"] =
        CONTENT_TYPE.exec(c.req.header("content-type") ?? "") ?? [];
      const { filename } = c.req.valid("query");
      return c.json(toAnswer(await addUpload(c.var.tenant, { filename, contentType, bytes }, now())), 201);
    })
    .openapi(routes.read, async (c) => {
      const upload = await findUpload(c.var.tenant, c.req.valid("param").id);
      if (upload === undefined) throw notFound("upload");
      return c.json(toAnswer(upload), 200);
    })
    .openapi(routes.remove, async (c) => {
      if (!(await deleteUpload(c.var.tenant, c.req.valid("param").id))) throw notFound("upload");
      return c.body(null, 204);
    });
}

function tooLarge(): Problem {
  return new Problem(413, "too-large", `A file has at most ${MAX_MB} MB`);
}

function toAnswer({ tenantId: _tenant, ...upload }: Upload) {
  return toJson(upload);
}
