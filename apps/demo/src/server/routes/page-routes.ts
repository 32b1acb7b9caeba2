import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { createRouter } from "../create-router.js";
import { pageHeaders } from "../middleware/page-headers.js";

/** The page: files under hashed names, kept for ever, and its document at every address that a person may open. */
export function pageRoutes(folder: string) {
  const router = createRouter();
  router.use(pageHeaders());
  router.get(
    "/assets/*",
    serveStatic({
      root: folder,
      onFound: (_path, c) => c.header("cache-control", "public, max-age=31536000, immutable"),
    }),
  );
  router.get("*", async (c, next) => {
    const isPage = c.req.header("accept")?.includes("text/html") === true;
    if (!isPage || /^\/(api|frames|proxy|assets)\b/.test(c.req.path)) return await next();
    // Read anew: a build may have come in between, and its names are others.
    return c.html(await readFile(join(folder, "index.html"), "utf8"), 200, { "cache-control": "no-cache" });
  });
  return router;
}
