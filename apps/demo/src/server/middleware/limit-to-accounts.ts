import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { Problem } from "../problem.js";
import type { ApiEnv } from "../services.js";

const ACCOUNT = "/accounts/[0-9a-f-]{36}(/|$)";

/** What is of accounts, and what is shared and only read; of each, `store/` shows the key's accounts alone. */
const OPEN: readonly { readonly methods: RegExp; readonly path: RegExp }[] = [
  { methods: /^(GET|HEAD)$/, path: /^\/(accounts|providers|templates|events|status|export)(\/|$)/ },
  { methods: /./, path: /^\/(folders|messages|drafts|outbox)(\/|$)/ },
  { methods: /./, path: new RegExp(`^${ACCOUNT}`) },
  { methods: /^POST$/, path: /^\/templates\/[^/]+\/render$/ },
];

/**
 * Keeps keys of some accounts away from what is the whole household's: other keys, webhooks, new accounts, files on their way
 * into anybody's draft. What is not named here is closed, so that a new route is until somebody has thought of these keys.
 */
export function limitToAccounts(base: string): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    if (c.var.tenant.accountIds === undefined) return await next();
    const { method } = c.req;
    const path = c.req.path.slice(base.length);
    if (!OPEN.some(({ methods, path: open }) => methods.test(method) && open.test(path)))
      throw new Problem(403, "forbidden", "A key of some accounts may not do this");
    await next();
  });
}
