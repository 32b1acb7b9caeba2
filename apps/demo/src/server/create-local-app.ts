import { createApi } from "./create-api.js";
import { createBase } from "./create-app.js";
import { localRoutes } from "./routes/local-routes.js";
import type { Services } from "./services.js";

/**
 * The API as the command line calls it, without a login: in its own process, or over a socket in the data folder that only
 * the folder's owner may open.
 */
export function createLocalApp(services: Services) {
  const own = { ...services, isLocal: true, url: undefined };
  return createBase(own).route("/api/v1", createApi(own)).route("/local", localRoutes(own));
}

/** The types of what the command line alone may call: `hc<LocalApi>("http://localhost/local")`. */
export type LocalApi = ReturnType<typeof localRoutes>;
