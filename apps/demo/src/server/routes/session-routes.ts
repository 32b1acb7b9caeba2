import { timingSafeEqual } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { getCookie } from "hono/cookie";
import { inTransaction } from "../../db/in-transaction.js";
import { createSession, csrfTokenOf, endSession, hashToken } from "../../store/sessions.js";
import { createTenant } from "../../store/tenant.js";
import { authenticateUser, createUser, hasUsers, type User } from "../../store/users.js";
import { createRouter } from "../create-router.js";
import { authenticate } from "../middleware/authenticate.js";
import { limitLogins } from "../middleware/limit-logins.js";
import { Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { lineSchema } from "../schemas/text-schema.js";
import type { Services } from "../services.js";
import { clearSessionCookie, cookieName, setSessionCookie } from "../session-cookie.js";

const credentials = z.object({ email: z.email().max(320), password: z.string().min(1).max(1_000) }).strict();
const setup = credentials
  .extend({
    password: z.string().min(10, "needs 10 characters").max(1_000),
    token: z.string().max(200),
    name: lineSchema.min(1).max(200),
  })
  .openapi("Setup");
const sessionSchema = z
  .object({
    user: z.object({ id: z.uuid(), email: z.string(), role: z.enum(["owner", "member"]) }),
    csrfToken: z.string().openapi({ description: "To be sent as X-CSRF with every change" }),
  })
  .openapi("Session");
const json = { content: { "application/json": { schema: sessionSchema } }, description: "Logged in" };

const login = createRoute({
  method: "post",
  path: "/session",
  request: {
    body: { required: true, content: { "application/json": { schema: credentials.openapi("Login") } } },
  },
  responses: { 200: json, ...problemResponse },
});
const read = createRoute({ method: "get", path: "/session", responses: { 200: json, ...problemResponse } });
const logout = createRoute({
  method: "delete",
  path: "/session",
  responses: { 204: { description: "Logged out" }, ...problemResponse },
});
const begin = createRoute({
  method: "post",
  path: "/setup",
  request: { body: { required: true, content: { "application/json": { schema: setup } } } },
  responses: { 201: json, ...problemResponse },
});

/** Logging in and out, and the first person of all. */
export function sessionRoutes(services: Services) {
  const { environment, url, setupToken, passwordCost } = services;
  const { database, now } = environment;
  const enter = async (user: User, userAgent: string | undefined) =>
    await createSession(database.sql, user, userAgent ?? "", now());
  const shown = ({ id, email, role }: User) => ({ id, email, role });
  const router = createRouter();
  router.use("/session", async (c, next) =>
    c.req.method === "POST" ? await limited(c, next) : await known(c, next),
  );
  const limited = limitLogins("login");
  const known = authenticate(services);
  router.use("/setup", limitLogins("setup"));
  return router
    .openapi(login, async (c) => {
      const { email, password } = c.req.valid("json");
      const user = await authenticateUser(database.sql, email, password);
      if (user === undefined) throw new Problem(401, "login", "The address or the password is wrong");
      const session = await enter(user, c.req.header("user-agent"));
      setSessionCookie(c, url, session.token);
      return c.json({ user: shown(user), csrfToken: session.csrfToken }, 200);
    })
    .openapi(read, (c) => {
      const { caller } = c.var;
      if (caller.kind === "key") throw new Problem(403, "forbidden", "A key has no session");
      const csrfToken = csrfTokenOf(getCookie(c, cookieName(url)) ?? "");
      return c.json({ user: shown(caller.user), csrfToken }, 200);
    })
    .openapi(logout, async (c) => {
      await endSession(database.sql, c.var.caller.id);
      clearSessionCookie(c, url);
      return c.body(null, 204);
    })
    .openapi(begin, async (c) => {
      const { token, name, email, password } = c.req.valid("json");
      if (!timingSafeEqual(hashToken(token), hashToken(setupToken)))
        throw new Problem(403, "setup-token", "The token is not the one that was printed");
      const user = await inTransaction(database, async (sql) => {
        // One at a time: of two that come at once, the second finds the first one's person.
        await sql.execute("select pg_advisory_xact_lock(7242014)");
        if (await hasUsers(sql)) throw new Problem(409, "set-up-already", "Somebody has done this already");
        return await createUser(
          await createTenant(sql, name),
          { email, password, role: "owner" },
          passwordCost,
        );
      });
      const session = await enter(user, c.req.header("user-agent"));
      setSessionCookie(c, url, session.token);
      return c.json({ user: shown(user), csrfToken: session.csrfToken }, 201);
    });
}
