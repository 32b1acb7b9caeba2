import { createRoute, z } from "@hono/zod-openapi";
import { inTransaction } from "../../db/in-transaction.js";
import { diagnoseDatabase, listUnreadableAccounts } from "../../store/diagnosis.js";
import { rotateKeys } from "../../store/rotate-keys.js";
import { createTenant, listTenantIds } from "../../store/tenant.js";
import { createUser, findUser, setPassword } from "../../store/users.js";
import { createRouter } from "../create-router.js";
import { findNamedHousehold } from "../middleware/authenticate.js";
import { notFound, Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { lineSchema } from "../schemas/text-schema.js";
import type { Services } from "../services.js";

const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });
const loginSchema = z.object({
  email: z.email().max(320),
  password: z.string().min(10, "needs 10 characters").max(1_000),
});

const routes = {
  addUser: createRoute({
    method: "post",
    path: "/users",
    request: {
      body: {
        required: true,
        content: json(
          loginSchema
            .extend({
              role: z.enum(["owner", "member"]).optional(),
              household: lineSchema.min(1).max(200).optional(),
            })
            .strict(),
        ),
      },
    },
    responses: {
      201: {
        description: "The person",
        content: json(z.object({ id: z.uuid(), email: z.string(), role: z.enum(["owner", "member"]) })),
      },
      ...problemResponse,
    },
  }),
  setPassword: createRoute({
    method: "put",
    path: "/users/password",
    request: { body: { required: true, content: json(loginSchema.strict()) } },
    responses: { 204: { description: "Changed, and logged out everywhere" }, ...problemResponse },
  }),
  rotate: createRoute({
    method: "post",
    path: "/rotate",
    responses: {
      200: {
        description: "How many secrets are sealed with the first key now, and the accounts that no key opens",
        content: json(
          z.object({ keyId: z.string(), rotated: z.number().int(), broken: z.array(z.string()) }),
        ),
      },
      ...problemResponse,
    },
  }),
  diagnose: createRoute({
    method: "get",
    path: "/diagnosis",
    responses: {
      200: {
        description: "How the database is, and whether the keys fit it",
        content: json(
          z.object({
            kind: z.enum(["pglite", "postgresql"]),
            version: z.string(),
            migrations: z.number().int(),
            skewMs: z.number(),
            keyId: z.string(),
            unreadable: z.array(z.string()),
          }),
        ),
      },
      ...problemResponse,
    },
  }),
};

/** What only who has the whole database may do; for the command line, and never served to others. */
export function localRoutes({ environment, passwordCost }: Services) {
  const { database, keyring, now } = environment;
  return createRouter()
    .openapi(routes.addUser, async (c) => {
      const { household, role, ...login } = c.req.valid("json");
      const made = await inTransaction(database, async (sql) => {
        if ((await findUser(sql, login.email)) !== undefined)
          throw new Problem(409, "user-exists", `${login.email} is here already`);
        const isFirst = (await listTenantIds(sql)).length === 0;
        if (household !== undefined || isFirst)
          return await createUser(
            await createTenant(sql, household ?? "Household"),
            { ...login, role: role ?? "owner" },
            passwordCost,
          );
        const user = { ...login, role: role ?? "member" };
        return await createUser(await findNamedHousehold(c, sql), user, passwordCost);
      });
      return c.json({ id: made.id, email: made.email, role: made.role }, 201);
    })
    .openapi(routes.setPassword, async (c) => {
      const { email, password } = c.req.valid("json");
      const isSet = await inTransaction(database, (sql) => setPassword(sql, email, password, passwordCost));
      if (!isSet) throw notFound("user");
      return c.body(null, 204);
    })
    .openapi(routes.rotate, async (c) => {
      const { rotated, broken } = await rotateKeys(database.sql, keyring);
      return c.json({ keyId: keyring.current.id, rotated, broken: [...broken] }, 200);
    })
    .openapi(routes.diagnose, async (c) => {
      const before = now().getTime();
      const { version, migrations, now: theirs } = await diagnoseDatabase(database.sql);
      const skewMs = theirs.getTime() - (before + now().getTime()) / 2;
      const unreadable = await listUnreadableAccounts(database.sql, keyring);
      const keyId = keyring.current.id;
      return c.json({ kind: database.kind, version, migrations, skewMs, keyId, unreadable }, 200);
    });
}
