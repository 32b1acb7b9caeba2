import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { Problem } from "../problem.js";
import type { ApiEnv } from "../services.js";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses requests that name another host than ours (a name that was pointed at this machine to get at it), and
 * changes that a page of another site asks for.
 */
export function guardOrigin(url: URL | undefined): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isOurs(host, url)) throw new Problem(421, "wrong-host", "This host is not served here");
    if (!SAFE_METHODS.includes(c.req.method)) {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site") ?? "none";
      const isSame = origin === undefined || origin === `${url?.protocol ?? "http:"}//${host}`;
      if (!isSame || !["none", "same-origin"].includes(site))
        throw new Problem(403, "cross-origin", "Another site's page may not ask for this");
    }
    await next();
  });
}

function isOurs(host: string, url: URL | undefined): boolean {
  return host === url?.host || LOOPBACK.includes(host.replace(/:\d+$/, ""));
}
