import { createRoute, z } from "@hono/zod-openapi";
import { htmlToText } from "@mailwright/parser";
import { inTransaction } from "../../db/in-transaction.js";
import { changeMessages } from "../../mail/changes/change-messages.js";
import { findBody } from "../../store/messages/bodies.js";
import { findMessages, listMessages } from "../../store/messages/list-messages.js";
import type { WantedChange } from "../../store/messages/wanted-changes.js";
import { CursorError } from "../../store/page-cursor.js";
import { searchMessages } from "../../store/search/search-messages.js";
import { within } from "../../store/tenant.js";
import { createRouter } from "../create-router.js";
import { findMessage } from "../find-message.js";
import { requireScope } from "../middleware/authenticate.js";
import { fromMailError, notFound, Problem } from "../problem.js";
import { namesRemoteImages } from "../render-frame.js";
import {
  batchResultSchema,
  batchSchema,
  bodySchema,
  flagSchema,
  messageChangesSchema,
  messageIdSchema,
  messagePageSchema,
  messageSchema,
} from "../schemas/message-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { lineSchema } from "../schemas/text-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const params = z.object({ id: messageIdSchema });
const threadSchema = lineSchema
  .min(1)
  .max(800)
  .openapi({ description: "The threadId of a message: those that have it, of all folders" });
const query = z.object({
  account: z.uuid().optional(),
  folder: z.uuid().optional(),
  q: z.string().max(1_000).optional(),
  unread: flagSchema.optional(),
  starred: flagSchema.optional(),
  thread: threadSchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number<string>().int().min(1).max(200).default(50),
});
const one = { description: "The message", content: { "application/json": { schema: messageSchema } } };
const kept = { description: "The server is away; it is made when the server is there again" };
const read = requireScope("read");
const write = requireScope("write");

const routes = {
  list: createRoute({
    method: "get",
    path: "/messages",
    middleware: read,
    request: { query },
    responses: {
      200: {
        description:
          "One page, newest first: of a folder, of all inboxes, of a thread, or what a search finds",
        content: { "application/json": { schema: messagePageSchema } },
      },
      ...problemResponse,
    },
  }),
  read: createRoute({
    method: "get",
    path: "/messages/{id}",
    middleware: read,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  change: createRoute({
    method: "patch",
    path: "/messages/{id}",
    middleware: write,
    request: {
      params,
      body: { required: true, content: { "application/json": { schema: messageChangesSchema } } },
    },
    responses: { 204: { description: "Done on the server and here" }, 202: kept, ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/messages/{id}",
    middleware: write,
    request: { params },
    responses: { 204: { description: "Deleted on the server and here" }, 202: kept, ...problemResponse },
  }),
  body: createRoute({
    method: "get",
    path: "/messages/{id}/body",
    middleware: read,
    request: { params },
    responses: {
      200: {
        description: "The text and the list of files; HTML is at /frames/messages/:id",
        content: { "application/json": { schema: bodySchema } },
      },
      ...problemResponse,
    },
  }),
  batch: createRoute({
    method: "post",
    path: "/messages/batch",
    middleware: write,
    request: { body: { required: true, content: { "application/json": { schema: batchSchema } } } },
    responses: {
      200: {
        description: "What became of each, in the order that was given",
        content: { "application/json": { schema: batchResultSchema } },
      },
      ...problemResponse,
    },
  }),
};

/** Messages: listed, searched, read and changed. A change is done on the mail server first. */
export function messageRoutes({ environment, clients }: Services) {
  const { database } = environment;
  const mail = { environment, clients };
  return createRouter()
    .openapi(routes.list, async (c) => {
      const { q, cursor, limit, ...filter } = c.req.valid("query");
      const page = { cursor, limit };
      const { tenant } = c.var;
      const found = await (q === undefined || q.trim() === ""
        ? listMessages(tenant, filter, page)
        : inTransaction(database, (sql) => searchMessages(within(tenant, sql), q, page))
      ).catch(asBadCursor);
      return c.json(toJson({ ...found, items: [...found.items] }), 200);
    })
    .openapi(routes.read, async (c) => {
      const [message] = await findMessages(c.var.tenant, [c.req.valid("param").id]);
      if (message === undefined) throw notFound("message");
      return c.json(toJson(message), 200);
    })
    .openapi(routes.change, async (c) => {
      const { id } = await findMessage(c, c.req.valid("param").id);
      const { folderId, seen, flagged } = c.req.valid("json");
      return c.body(null, await changeOne(c.var.tenant, id, { seen, flagged, moveTo: folderId }));
    })
    .openapi(routes.remove, async (c) => {
      return c.body(null, await changeOne(c.var.tenant, c.req.valid("param").id, { isDeleted: true }));
    })
    .openapi(routes.body, async (c) => {
      const body = await findBody(c.var.tenant, c.req.valid("param").id);
      if (body === undefined) throw notFound("message");
      const { text, html, attachments, defects } = body;
      const quotable = text ?? (await htmlToText(html ?? ""));
      const shown = { text, quotable, attachments: [...attachments], defects: [...defects] };
      return c.json(
        { ...shown, hasHtml: html !== null, hasRemoteImages: namesRemoteImages(html ?? "") },
        200,
      );
    })
    .openapi(routes.batch, async (c) => {
      const { ids, op } = c.req.valid("json");
      const outcomes = await changeMessages(mail, c.var.tenant, [...new Set(ids)], toWanted(op));
      const items = outcomes.map((outcome) => {
        if (outcome.ok) return { id: outcome.id, ok: true, ...(outcome.isWaiting && { isWaiting: true }) };
        const { error } = outcome;
        const reason = {
          code: error?.code ?? "not-found",
          detail: error?.message ?? "There is no such message",
        };
        return { id: outcome.id, ok: false, ...reason, server: error?.server?.text };
      });
      return c.json({ items }, 200);
    });

  async function changeOne(
    tenant: Parameters<typeof changeMessages>[1],
    id: number,
    change: Parameters<typeof changeMessages>[3],
  ): Promise<204 | 202> {
    const [outcome] = await changeMessages(mail, tenant, [id], change);
    if (outcome?.ok === true) return outcome.isWaiting ? 202 : 204;
    throw outcome?.error === undefined ? notFound("message") : fromMailError(outcome.error);
  }
}

function toWanted(op: z.infer<typeof batchSchema>["op"]): WantedChange {
  if (op.type === "flags") return { seen: op.seen, flagged: op.flagged };
  return op.type === "move" ? { moveTo: op.folderId } : { isDeleted: true };
}

function asBadCursor(error: unknown): never {
  if (error instanceof CursorError) throw new Problem(400, "cursor", error.message);
  throw error;
}
