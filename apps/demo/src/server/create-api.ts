import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { createRouter } from "./create-router.js";
import { authenticate } from "./middleware/authenticate.js";
import { limitRate } from "./middleware/limit-rate.js";
import { limitToAccounts } from "./middleware/limit-to-accounts.js";
import { Problem } from "./problem.js";
import { accountRoutes } from "./routes/account-routes.js";
import { contentRoutes } from "./routes/content-routes.js";
import { draftRoutes } from "./routes/draft-routes.js";
import { eventRoutes } from "./routes/event-routes.js";
import { exportRoutes } from "./routes/export-routes.js";
import { folderRoutes } from "./routes/folder-routes.js";
import { keyRoutes } from "./routes/key-routes.js";
import { messageRoutes } from "./routes/message-routes.js";
import { outboxRoutes } from "./routes/outbox-routes.js";
import { sessionRoutes } from "./routes/session-routes.js";
import { statusRoutes } from "./routes/status-routes.js";
import { templateRoutes } from "./routes/template-routes.js";
import { uploadRoutes } from "./routes/upload-routes.js";
import { webhookRoutes } from "./routes/webhook-routes.js";
import type { Services } from "./services.js";

const MB = 1024 * 1024;
/** A message that is sent carries its files. */
const MAX_SEND_MB = 30;
const SENDS = /\/outbox(\/validate)?$/;
/** Read as it comes, and measured there. */
const UPLOADS = /\/uploads$/;
/** Where the app has the API. */
const BASE = "/api/v1";
const CALLS = { name: "calls", points: 600, seconds: 60 };

/** All routes of the API; each knows its caller, but for logging in. */
export function createApi(services: Services) {
  const api = createRouter();
  const isUpload = (c: Context): boolean => UPLOADS.test(c.req.path);
  api.use(except((c) => SENDS.test(c.req.path) || isUpload(c), limitBody(1)));
  api.use(except(isUpload, limitBody(MAX_SEND_MB)));
  const known = createRouter();
  known.use(authenticate(services));
  known.use(limitToAccounts(BASE));
  if (services.isLocal !== true)
    known.use(limitRate(CALLS, (c) => `${c.var.caller.kind} ${c.var.caller.id}`));
  const routes = known
    .route("/", accountRoutes(services))
    .route("/", folderRoutes(services))
    .route("/", messageRoutes(services))
    .route("/", contentRoutes(services))
    .route("/", exportRoutes(services))
    .route("/", eventRoutes(services))
    .route("/", keyRoutes(services))
    .route("/", statusRoutes(services))
    // Before the outbox: its counts are none of its messages.
    .route("/", draftRoutes(services))
    .route("/", uploadRoutes(services))
    .route("/", outboxRoutes(services))
    .route("/", webhookRoutes(services))
    .route("/", templateRoutes());
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Mailwright", version: "1" },
    servers: [{ url: "/api/v1" }],
  });
  return api.route("/", sessionRoutes(services)).route("/", routes);
}

function limitBody(maxMb: number) {
  return bodyLimit({
    maxSize: maxMb * MB,
    onError: () => {
      throw new Problem(413, "too-large", `The request is larger than ${maxMb} MB`);
    },
  });
}

/** What the page's typed client is made of: `hc<Api>("/api/v1")`. */
export type Api = ReturnType<typeof createApi>;
