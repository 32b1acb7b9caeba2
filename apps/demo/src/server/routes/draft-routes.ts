import { createRoute, z } from "@hono/zod-openapi";
import { inTransaction } from "../../db/in-transaction.js";
import { findAccount } from "../../store/accounts.js";
import {
  type Draft,
  type DraftOutcome,
  deleteDraft,
  findDraft,
  listDrafts,
  saveDraft,
} from "../../store/outbox/drafts.js";
import { countSending } from "../../store/outbox/sending-counts.js";
import { within } from "../../store/tenant.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { otherDraft } from "../other-draft.js";
import { notFound } from "../problem.js";
import { draftSchema, draftValuesSchema, ifMatchSchema } from "../schemas/draft-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const middleware = requireScope("send");
const params = z.object({ id: z.uuid() });
const headers = z.object({ "if-match": ifMatchSchema });
const content = { "application/json": { schema: draftSchema } };
const one = { description: "The draft, its version in `ETag` too", content };
const MAX_LISTED = 500;

const routes = {
  list: createRoute({
    method: "get",
    path: "/drafts",
    middleware,
    request: {
      query: z.object({
        id: z.uuid().optional().openapi({ description: "This one alone, if it is there" }),
      }),
    },
    responses: {
      200: {
        description: "What is being written, the one saved last first",
        content: { "application/json": { schema: z.object({ items: z.array(draftSchema) }) } },
      },
      ...problemResponse,
    },
  }),
  read: createRoute({
    method: "get",
    path: "/drafts/{id}",
    middleware,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  save: createRoute({
    method: "put",
    path: "/drafts/{id}",
    middleware,
    request: {
      params,
      headers,
      body: { required: true, content: { "application/json": { schema: draftValuesSchema } } },
    },
    responses: {
      200: { ...one, description: "Saved. The id is the writer's, so that saving twice makes one draft" },
      ...problemResponse,
    },
  }),
  remove: createRoute({
    method: "delete",
    path: "/drafts/{id}",
    middleware,
    request: { params, headers },
    responses: { 204: { description: "Thrown away" }, ...problemResponse },
  }),
  counts: createRoute({
    method: "get",
    path: "/outbox/counts",
    middleware: requireScope("read"),
    responses: {
      200: {
        description: "How much is being written, waits, is on its way and in doubt",
        content: {
          "application/json": {
            schema: z.object({
              drafts: z.number().int(),
              scheduled: z.number().int(),
              underway: z.number().int(),
              unknown: z.number().int(),
            }),
          },
        },
      },
      ...problemResponse,
    },
  }),
};

/** What is being written. Nobody writes over what somebody else has saved meanwhile: that is answered with 412. */
export function draftRoutes({ environment: { database, now } }: Services) {
  return createRouter()
    .openapi(routes.list, async (c) => {
      const { id } = c.req.valid("query");
      const found = id === undefined ? undefined : await findDraft(c.var.tenant, id);
      const items =
        id === undefined ? await listDrafts(c.var.tenant, MAX_LISTED) : found === undefined ? [] : [found];
      return c.json({ items: items.map(toAnswer) }, 200);
    })
    .openapi(routes.read, async (c) => {
      const draft = await findDraft(c.var.tenant, c.req.valid("param").id);
      if (draft === undefined) throw notFound("draft");
      c.header("ETag", `"${draft.version}"`);
      return c.json(toAnswer(draft), 200);
    })
    .openapi(routes.save, async (c) => {
      const { tenant } = c.var;
      const values = c.req.valid("json");
      if ((await findAccount(tenant, values.accountId)) === undefined) throw notFound("account");
      const known = c.req.valid("header")["if-match"];
      const draft = requireSaved(
        await inTransaction(database, (sql) =>
          saveDraft(within(tenant, sql), c.req.valid("param").id, values, known, now()),
        ),
      );
      c.header("ETag", `"${draft.version}"`);
      return c.json(toAnswer(draft), 200);
    })
    .openapi(routes.remove, async (c) => {
      const known = c.req.valid("header")["if-match"];
      const own = c.var.tenant;
      requireSaved(
        await inTransaction(database, (sql) => deleteDraft(within(own, sql), c.req.valid("param").id, known)),
      );
      return c.body(null, 204);
    })
    .openapi(routes.counts, async (c) => c.json({ ...(await countSending(c.var.tenant)) }, 200));
}

function requireSaved(outcome: DraftOutcome): Draft {
  if (outcome.type === "saved") return outcome.draft;
  throw otherDraft(outcome);
}

function toAnswer({ tenantId: _tenant, outboxId: _outbox, createdAt: _created, ...draft }: Draft) {
  return toJson(draft);
}
