import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { Sql } from "../../db/open-database.js";
import { findApiKey, SCOPES, type Scope } from "../../store/api-keys.js";
import { findHousehold, HouseholdError } from "../../store/household.js";
import { findSession, hashToken } from "../../store/sessions.js";
import { type Tenant, wholeTenant } from "../../store/tenant.js";
import { Problem } from "../problem.js";
import type { ApiEnv, Caller, Services } from "../services.js";
import { cookieName } from "../session-cookie.js";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Finds out who calls, and by that which tenant's rows there are. A key in `Authorization` never works together with a
 * cookie: what a browser adds by itself must not decide about a request that names its own key.
 */
export function authenticate({ environment, url, isLocal }: Services): MiddlewareHandler<ApiEnv> {
  const { database, now } = environment;
  if (isLocal === true) return actForHousehold(database.sql);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const authorization = c.req.header("authorization");
    if (authorization !== undefined) {
      const [scheme = "", text = ""] = authorization.split(" ");
      const key = scheme.toLowerCase() === "bearer" ? await findApiKey(database.sql, text, now()) : undefined;
      if (key === undefined) throw unauthenticated("The key is unknown, over or revoked");
      c.set("tenant", { id: key.tenantId, sql: database.sql, accountIds: key.accountIds ?? undefined });
      c.set("caller", { kind: "key", id: key.id, scopes: key.scopes });
      return await next();
    }
    const token = getCookie(c, cookieName(url));
    const session = token === undefined ? undefined : await findSession(database.sql, token, now());
    if (session === undefined) throw unauthenticated("Log in, or send a key");
    if (!SAFE_METHODS.includes(c.req.method)) requireCsrfToken(c, session.csrfHash);
    c.set("tenant", wholeTenant(session.user.tenantId, database.sql));
    c.set("caller", { kind: "session", ...session });
    await next();
  });
}

/** The command line does as it is told, for the household that it names. */
function actForHousehold(sql: Sql): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    c.set("tenant", await findNamedHousehold(c, sql));
    c.set("caller", { kind: "key", id: "local", scopes: SCOPES });
    await next();
  });
}

/** The household that a request of the command line names. */
export async function findNamedHousehold(c: Context<ApiEnv>, sql: Sql): Promise<Tenant> {
  try {
    return await findHousehold(sql, c.req.header("x-household"));
  } catch (error) {
    if (!(error instanceof HouseholdError)) throw error;
    throw new Problem(422, "household", error.message);
  }
}

/** Lets a request through only when a key may do this; a person may do all, but what is the owner's. */
export function requireScope(scope: Scope): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    if (!isAllowed(c.var.caller, scope)) throw new Problem(403, "forbidden", `This needs the scope ${scope}`);
    await next();
  });
}

/** Whether a caller has a scope; a person has all, but what is the owner's. */
export function isAllowed(caller: Caller, scope: Scope): boolean {
  if (caller.kind === "key") return caller.scopes.includes(scope);
  return scope !== "admin" || caller.user.role === "owner";
}

function requireCsrfToken(c: Context, expected: Buffer): void {
  const given = hashToken(c.req.header("x-csrf") ?? "");
  if (!timingSafeEqual(given, expected))
    throw new Problem(403, "csrf", "The request does not carry this session's X-CSRF token");
}

function unauthenticated(detail: string): Problem {
  return new Problem(401, "unauthenticated", "Who is calling?", { detail });
}
