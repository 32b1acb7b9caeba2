import { createRoute, z } from "@hono/zod-openapi";
import { findAccount } from "../../store/accounts.js";
import { createApiKey, listApiKeys, revokeApiKey, SCOPES } from "../../store/api-keys.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound, Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { lineSchema } from "../schemas/text-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const moment = z.iso.datetime();
const keySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    accountIds: z
      .array(z.uuid())
      .nullable()
      .openapi({ description: "The only ones that it sees; null is all" }),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .openapi("ApiKey");
const newKeySchema = z
  .object({
    name: lineSchema.min(1).max(200),
    scopes: z.array(z.enum(SCOPES)).min(1),
    accountIds: z.array(z.uuid()).min(1).max(50).optional().openapi({
      description:
        "Accounts that the key is for, when it is not for all; such a key cannot have the scope admin",
    }),
    expiresAt: moment.optional(),
  })
  .strict()
  .openapi("NewApiKey");
const middleware = requireScope("admin");

const list = createRoute({
  method: "get",
  path: "/keys",
  middleware,
  responses: {
    200: {
      description: "All keys, those that were revoked too",
      content: { "application/json": { schema: z.object({ items: z.array(keySchema) }) } },
    },
    ...problemResponse,
  },
});
const create = createRoute({
  method: "post",
  path: "/keys",
  middleware,
  request: { body: { required: true, content: { "application/json": { schema: newKeySchema } } } },
  responses: {
    201: {
      description: "The key; its text is shown this once",
      content: { "application/json": { schema: keySchema.extend({ key: z.string() }) } },
    },
    ...problemResponse,
  },
});
const revoke = createRoute({
  method: "delete",
  path: "/keys/{id}",
  middleware,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: "Revoked" }, ...problemResponse },
});

/** Keys for programs; the owner's. */
export function keyRoutes({ environment }: Services) {
  return createRouter()
    .openapi(list, async (c) => {
      const keys = await listApiKeys(c.var.tenant);
      return c.json({ items: toJson(keys) }, 200);
    })
    .openapi(create, async (c) => {
      const { expiresAt, ...wanted } = c.req.valid("json");
      const { scopes, accountIds = [] } = wanted;
      if (accountIds.length > 0 && scopes.includes("admin"))
        throw invalid("/scopes", "The scope admin is for keys of all accounts");
      for (const id of accountIds)
        if ((await findAccount(c.var.tenant, id)) === undefined)
          throw invalid("/accountIds", "There is no such account");
      const expires = expiresAt === undefined ? undefined : new Date(expiresAt);
      const { key, ...made } = await createApiKey(c.var.tenant, { ...wanted, expiresAt: expires });
      return c.json({ ...toJson(made), key }, 201);
    })
    .openapi(revoke, async (c) => {
      const isRevoked = await revokeApiKey(c.var.tenant, c.req.valid("param").id, environment.now());
      if (!isRevoked) throw notFound("key");
      return c.body(null, 204);
    });
}

function invalid(pointer: string, detail: string): Problem {
  const errors = [{ pointer, code: "invalid", detail }];
  return new Problem(422, "invalid-request", "There cannot be such a key", { errors });
}
