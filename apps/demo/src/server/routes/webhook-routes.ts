import { createRoute, z } from "@hono/zod-openapi";
import { AddressRefusedError, requireAllowed } from "../../mail/checked-agent.js";
import { isPublicAddress } from "../../mail/host-policy.js";
import { testWebhook } from "../../mail/webhooks/test-webhook.js";
import { findAccount } from "../../store/accounts.js";
import type { Tenant } from "../../store/tenant.js";
import { listDeliveries } from "../../store/webhooks/deliveries.js";
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  resumeWebhook,
  updateWebhook,
} from "../../store/webhooks/webhooks.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { limitRate } from "../middleware/limit-rate.js";
import { notFound, Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import {
  deliverySchema,
  newWebhookSchema,
  webhookChangeSchema,
  webhookSchema,
  webhookTrialSchema,
} from "../schemas/webhook-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const middleware = requireScope("admin");
const TRIALS = { name: "webhook trials", points: 10, seconds: 60 };
/** Each costs a look at every change. */
const MAX_WEBHOOKS = 20;
const params = z.object({ id: z.uuid() });
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });
const one = { description: "The webhook", content: json(webhookSchema) };

const routes = {
  list: createRoute({
    method: "get",
    path: "/webhooks",
    middleware,
    responses: {
      200: { description: "All webhooks", content: json(z.object({ items: z.array(webhookSchema) })) },
      ...problemResponse,
    },
  }),
  create: createRoute({
    method: "post",
    path: "/webhooks",
    middleware,
    request: { body: { required: true, content: json(newWebhookSchema) } },
    responses: {
      201: {
        description: "The webhook, told what happens from now on; its secret is shown this once",
        content: json(webhookSchema.extend({ secret: z.string() })),
      },
      ...problemResponse,
    },
  }),
  read: createRoute({
    method: "get",
    path: "/webhooks/{id}",
    middleware,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  change: createRoute({
    method: "patch",
    path: "/webhooks/{id}",
    middleware,
    request: { params, body: { required: true, content: json(webhookChangeSchema) } },
    responses: { 200: one, ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/webhooks/{id}",
    middleware,
    request: { params },
    responses: { 204: { description: "Removed, with its log" }, ...problemResponse },
  }),
  deliveries: createRoute({
    method: "get",
    path: "/webhooks/{id}/deliveries",
    middleware,
    request: {
      params,
      query: z.object({ limit: z.coerce.number<string>().int().min(1).max(200).default(50) }),
    },
    responses: {
      200: {
        description: "Each try of the last seven days, the newest first",
        content: json(z.object({ items: z.array(deliverySchema) })),
      },
      ...problemResponse,
    },
  }),
  resume: createRoute({
    method: "post",
    path: "/webhooks/{id}/resume",
    middleware,
    request: { params },
    responses: { 200: { ...one, description: "It goes on where it stopped, now" }, ...problemResponse },
  }),
  test: createRoute({
    method: "post",
    path: "/webhooks/{id}/test",
    middleware: [middleware, limitRate(TRIALS, (c) => c.var.tenant.id)] as const,
    request: { params },
    responses: {
      200: { description: "What became of the trial", content: json(webhookTrialSchema) },
      ...problemResponse,
    },
  }),
};

/** Who is told of events, and what became of telling them; the owner's. */
export function webhookRoutes({ environment, stopping }: Services) {
  const { keyring, webPolicy = isPublicAddress } = environment;

  async function check(
    tenant: Tenant,
    { url, accountId }: { readonly url?: string | undefined; readonly accountId?: string | null | undefined },
  ): Promise<void> {
    if (url !== undefined) requirePublic(url);
    if (typeof accountId === "string" && (await findAccount(tenant, accountId)) === undefined)
      throw notFound("account");
  }

  function requirePublic(url: string): void {
    try {
      requireAllowed(new URL(url), webPolicy);
    } catch (error) {
      if (!(error instanceof AddressRefusedError)) throw error;
      const errors = [{ pointer: "/url", code: "not-public", detail: error.message }];
      throw new Problem(422, "invalid-request", "The address is not one that may be called", { errors });
    }
  }

  return createRouter()
    .openapi(routes.list, async (c) => c.json({ items: toJson(await listWebhooks(c.var.tenant)) }, 200))
    .openapi(routes.create, async (c) => {
      const choices = c.req.valid("json");
      await check(c.var.tenant, choices);
      if ((await listWebhooks(c.var.tenant)).length >= MAX_WEBHOOKS)
        throw new Problem(409, "webhook-limit", `There are ${MAX_WEBHOOKS} webhooks, and no more may be`);
      return c.json(toJson(await createWebhook(c.var.tenant, keyring, choices)), 201);
    })
    .openapi(routes.read, async (c) => {
      const webhook = await findWebhook(c.var.tenant, c.req.valid("param").id);
      return c.json(toJson(known(webhook)), 200);
    })
    .openapi(routes.change, async (c) => {
      const change = c.req.valid("json");
      const { id } = c.req.valid("param");
      known(await findWebhook(c.var.tenant, id));
      await check(c.var.tenant, change);
      return c.json(toJson(known(await updateWebhook(c.var.tenant, id, change))), 200);
    })
    .openapi(routes.remove, async (c) => {
      if (!(await deleteWebhook(c.var.tenant, c.req.valid("param").id))) throw notFound("webhook");
      return c.body(null, 204);
    })
    .openapi(routes.deliveries, async (c) => {
      const { id } = known(await findWebhook(c.var.tenant, c.req.valid("param").id));
      const items = await listDeliveries(c.var.tenant, id, c.req.valid("query").limit);
      return c.json({ items: toJson(items) }, 200);
    })
    .openapi(routes.resume, async (c) => {
      const webhook = await resumeWebhook(c.var.tenant, c.req.valid("param").id);
      return c.json(toJson(known(webhook)), 200);
    })
    .openapi(routes.test, async (c) => {
      const signal = AbortSignal.any([stopping, c.req.raw.signal]);
      const outcome = await testWebhook(environment, c.var.tenant, c.req.valid("param").id, signal);
      return c.json({ ...known(outcome) }, 200);
    });
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw notFound("webhook");
  return found;
}
