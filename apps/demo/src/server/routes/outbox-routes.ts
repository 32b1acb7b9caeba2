import { createRoute, z } from "@hono/zod-openapi";
import { InvalidMessageError, validateMessage } from "@mailwright/smtp";
import { inTransaction } from "../../db/in-transaction.js";
import { OUTBOX_STATES } from "../../db/schema/outbox.js";
import { type Acceptance, acceptMessage, toOutgoing } from "../../mail/outbox/accept-message.js";
import { findAnswered } from "../../mail/outbox/find-answered.js";
import { withoutBytes } from "../../mail/outbox/load-attachments.js";
import { reopenMessage } from "../../mail/outbox/reopen-message.js";
import { fillRequest } from "../../mail/templates/fill-request.js";
import { findAccount } from "../../store/accounts.js";
import { cancelOutbox, resolveOutbox, retryOutbox } from "../../store/outbox/changes.js";
import { type OutboxEntry, OutboxStepError } from "../../store/outbox/entry.js";
import { listOutbox } from "../../store/outbox/outbox.js";
import { type Tenant, within } from "../../store/tenant.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { otherDraft } from "../other-draft.js";
import { notFound, Problem } from "../problem.js";
import { ifMatchSchema } from "../schemas/draft-schema.js";
import {
  outboxEntrySchema,
  outboxMessageSchema,
  sendSchema,
  validationSchema,
} from "../schemas/outbox-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { showSent, toSentEntry } from "../show-sent.js";
import { toTemplateProblem } from "../template-problem.js";

const read = requireScope("read");
const send = requireScope("send");
const params = z.object({ id: z.uuid() });
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });
const one = { description: "Where the message stands", content: json(outboxMessageSchema) };
const sendBody = { body: { required: true, content: json(sendSchema) } };
const YEAR_MS = 366 * 86_400_000;

const routes = {
  send: createRoute({
    method: "post",
    path: "/outbox",
    middleware: send,
    request: {
      headers: z.object({
        "idempotency-key": z
          .string()
          .min(1)
          .max(200)
          .openapi({ description: "The same key sends one message, however often it is asked for" }),
        "if-match": ifMatchSchema.optional(),
      }),
      ...sendBody,
    },
    responses: {
      202: { ...one, description: "The message is in line" },
      200: { ...one, description: "It was already: the key was used before, with the same message" },
      ...problemResponse,
    },
  }),
  validate: createRoute({
    method: "post",
    path: "/outbox/validate",
    middleware: send,
    request: sendBody,
    responses: {
      200: { description: "Each problem at its place", content: json(validationSchema) },
      ...problemResponse,
    },
  }),
  list: createRoute({
    method: "get",
    path: "/outbox",
    middleware: read,
    request: {
      query: z.object({
        account: z.uuid().optional(),
        state: z.enum(OUTBOX_STATES).optional(),
        cursor: z.uuid().optional(),
        limit: z.coerce.number<string>().int().min(1).max(200).default(50),
      }),
    },
    responses: {
      200: {
        description: "What was sent or shall be, the newest first",
        content: json(z.object({ items: z.array(outboxEntrySchema), next: z.string().optional() })),
      },
      ...problemResponse,
    },
  }),
  read: createRoute({
    method: "get",
    path: "/outbox/{id}",
    middleware: read,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  cancel: createRoute({
    method: "delete",
    path: "/outbox/{id}",
    middleware: send,
    request: { params },
    responses: { 204: { description: "Taken back: nobody gets it" }, ...problemResponse },
  }),
  retry: createRoute({
    method: "post",
    path: "/outbox/{id}/retry",
    middleware: send,
    request: { params },
    responses: {
      202: { ...one, description: "It is tried now, for those recipients who cannot have it" },
      ...problemResponse,
    },
  }),
  reopen: createRoute({
    method: "post",
    path: "/outbox/{id}/reopen",
    middleware: send,
    request: { params },
    responses: {
      200: {
        description: "Nobody got it, nor will: its draft is there again, or one that is made of it",
        content: json(z.object({ draftId: z.uuid() })),
      },
      ...problemResponse,
    },
  }),
  resolve: createRoute({
    method: "post",
    path: "/outbox/{id}/resolve",
    middleware: send,
    request: {
      params,
      body: { required: true, content: json(z.object({ delivered: z.boolean() }).strict()) },
    },
    responses: { 200: one, ...problemResponse },
  }),
};

/** Sending: what is in line, what became of it, and what a person decides about it. */
export function outboxRoutes({ environment, clients }: Services) {
  const { database, now } = environment;

  async function change<T>(tenant: Tenant, task: (own: Tenant) => Promise<T | undefined>): Promise<T> {
    try {
      const changed = await inTransaction(database, (sql) => task(within(tenant, sql)));
      if (changed === undefined) throw notFound("message");
      return changed;
    } catch (error) {
      if (!(error instanceof OutboxStepError)) throw error;
      throw new Problem(409, "outbox-state", "The message does not stand so", { detail: error.message });
    }
  }

  return createRouter()
    .openapi(routes.send, async (c) => {
      const request = c.req.valid("json");
      const sendAt = request.sendAt === undefined ? undefined : Date.parse(request.sendAt);
      if (sendAt !== undefined && sendAt > now().getTime() + YEAR_MS)
        throw invalid([{ path: "sendAt", code: "too-late", message: "A message waits a year at most" }]);
      const { "idempotency-key": key, "if-match": draftVersion } = c.req.valid("header");
      const options = { draftVersion, clients };
      const accepting = acceptMessage(environment, c.var.tenant, request, key, options);
      const acceptance = await accepting.catch(toInvalid);
      const { id } = requireEntry(acceptance);
      if (acceptance.type === "accepted") return c.json(await showSent(c.var.tenant, id), 202);
      c.header("Idempotent-Replayed", "true");
      return c.json(await showSent(c.var.tenant, id), 200);
    })
    .openapi(routes.validate, async (c) => {
      const request = await fillRequest(c.var.tenant, c.req.valid("json")).catch(toInvalid);
      const answered = await findAnswered(c.var.tenant, request, undefined).catch(toInvalid);
      const account = await findAccount(c.var.tenant, request.accountId ?? answered.accountId ?? "");
      if (account === undefined) throw notFound("account");
      const problems = validateMessage(toOutgoing(request, account, withoutBytes(request.attachments)));
      return c.json({ problems: problems.map((problem) => ({ ...problem })) }, 200);
    })
    .openapi(routes.list, async (c) => {
      const { cursor: before, limit, ...filter } = c.req.valid("query");
      const { items, next } = await listOutbox(c.var.tenant, filter, { before, limit });
      return c.json({ items: items.map(toSentEntry), next }, 200);
    })
    .openapi(routes.read, async (c) => c.json(await showSent(c.var.tenant, c.req.valid("param").id), 200))
    .openapi(routes.cancel, async (c) => {
      const { id } = c.req.valid("param");
      await change(c.var.tenant, (own) => cancelOutbox(own, id));
      return c.body(null, 204);
    })
    .openapi(routes.retry, async (c) => {
      const { id } = c.req.valid("param");
      await change(c.var.tenant, (own) => retryOutbox(own, id));
      return c.json(await showSent(c.var.tenant, id), 202);
    })
    .openapi(routes.reopen, async (c) => {
      const { id } = c.req.valid("param");
      const draft = await change(c.var.tenant, (own) => reopenMessage(own, id, now()));
      return c.json({ draftId: draft.id }, 200);
    })
    .openapi(routes.resolve, async (c) => {
      const { id } = c.req.valid("param");
      const { delivered } = c.req.valid("json");
      await change(c.var.tenant, (own) => resolveOutbox(own, id, "person", delivered));
      return c.json(await showSent(c.var.tenant, id), 200);
    });
}

function requireEntry(acceptance: Acceptance): OutboxEntry {
  if ("entry" in acceptance) return acceptance.entry;
  if (acceptance.type === "no-account") throw notFound("account");
  if (acceptance.type === "other-draft") throw otherDraft(acceptance.draft);
  if (acceptance.type === "no-outgoing-server")
    throw new Problem(422, "no-outgoing-server", "The account has no server to send by");
  throw new Problem(422, "idempotency-key", "The key was used before, with another message");
}

function toInvalid(error: unknown): never {
  if (error instanceof InvalidMessageError) throw invalid(error.problems);
  toTemplateProblem(error);
}

function invalid(problems: InvalidMessageError["problems"]): Problem {
  const errors = problems.map(({ path, code, message }) => ({
    // to[1].address is /to/1/address.
    pointer: `/${path.replaceAll(/\[(\d+)\]/g, "/$1").replaceAll(".", "/")}`,
    code,
    detail: message,
  }));
  return new Problem(422, "invalid-message", "The message cannot be sent as it is", { errors });
}
