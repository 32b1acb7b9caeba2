import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { createApi } from "./create-api.js";
import { createRouter } from "./create-router.js";
import { authenticate } from "./middleware/authenticate.js";
import { guardOrigin } from "./middleware/guard-origin.js";
import { pageHeaders } from "./middleware/page-headers.js";
import { Problem, toProblem } from "./problem.js";
import { RateCounters } from "./rate-counters.js";
import { enterRoutes } from "./routes/enter-routes.js";
import { frameRoutes } from "./routes/frame-routes.js";
import { operationRoutes } from "./routes/operation-routes.js";
import { pageRoutes } from "./routes/page-routes.js";
import { proxyRoutes } from "./routes/proxy-routes.js";
import type { ApiEnv, Services } from "./services.js";

/** Everything that is served over HTTP. */
export function createApp(services: Services) {
  const app = createBase(services, operationRoutes({ ...services, registry: services.figures?.registry }));
  app.use("/api/*", pageHeaders());
  app.route("/api/v1", createApi(services));
  app.route("/", enterRoutes(services));
  const framed = createRouter();
  framed.use("/frames/*", authenticate(services));
  app.route("/", framed.route("/", frameRoutes(services)));
  app.route("/", proxyRoutes(services));
  if (services.pageFolder !== undefined) app.route("/", pageRoutes(services.pageFolder));
  return app;
}

/**
 * What every request goes through: its id, whether it may come here at all, and problems instead of errors. What is `open`
 * is answered whatever host a request names.
 */
export function createBase(services: Services, open?: ReturnType<typeof operationRoutes>) {
  const app = createRouter();
  const counters = new RateCounters(services.environment.database);
  app.use(async (c, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    c.set("requestId", requestId);
    c.set("counters", counters);
    await next();
    c.header("x-request-id", requestId);
    // The path alone: what is searched for, and links that log in, are in the query.
    const { method, path } = c.req;
    const durationMs = Math.round(performance.now() - startedAt);
    services.environment.log?.debug({ requestId, method, path, status: c.res.status, durationMs }, "request");
  });
  if (open !== undefined) app.route("/", open);
  app.use(guardOrigin(services.url));
  app.onError((error, c) => {
    const problem = toProblem(error);
    if (problem !== undefined) return answer(c, problem);
    services.onError(error, c.var.requestId);
    return answer(c, new Problem(500, "internal", "The program failed; see its log"));
  });
  app.notFound((c) => answer(c, new Problem(404, "no-such-route", "There is nothing at this address")));
  return app;
}

function answer(c: Context<ApiEnv>, problem: Problem): Response {
  const { retryAfterSeconds } = problem.details;
  const body = JSON.stringify({ ...problem.toJSON(), instance: `urn:uuid:${c.var.requestId}` });
  return c.body(body, problem.status, {
    "content-type": "application/problem+json",
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
  });
}
