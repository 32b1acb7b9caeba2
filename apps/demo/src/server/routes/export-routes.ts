import { createRoute, z } from "@hono/zod-openapi";
import { exportFolder } from "../../mail/export-folder.js";
import { findFolder } from "../../store/folders.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { toDownload } from "../to-download.js";

const exporting = createRoute({
  method: "get",
  path: "/export",
  middleware: requireScope("read"),
  request: { query: z.object({ folder: z.uuid() }) },
  responses: {
    200: { description: "A folder as a file in the form mboxrd, the newest message first" },
    ...problemResponse,
  },
});

/** Mail as files that other programs read. */
export function exportRoutes({ clients }: Services) {
  return createRouter().openapi(exporting, async (c) => {
    const folder = await findFolder(c.var.tenant, c.req.valid("query").folder);
    if (folder === undefined) throw notFound("folder");
    const { content, filename } = exportFolder(clients, c.var.tenant, folder);
    return await toDownload(content, filename);
  });
}
