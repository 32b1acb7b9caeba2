import { createRoute, z } from "@hono/zod-openapi";
import { type Folder, findFolder, listFolders } from "../../store/folders.js";
import { listUnfetchable } from "../../store/unfetchable.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound } from "../problem.js";
import { folderSchema } from "../schemas/account-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { toJson } from "../to-json.js";

const middleware = requireScope("read");
const params = z.object({ id: z.uuid() });
const unfetchableSchema = z
  .object({ uid: z.string(), error: z.string(), tries: z.number().int(), lastAt: z.iso.datetime() })
  .openapi("UnfetchableMessage");

const list = createRoute({
  method: "get",
  path: "/folders",
  middleware,
  request: { query: z.object({ account: z.uuid().optional() }) },
  responses: {
    200: {
      description: "The folders of one account, or of all, with their counts",
      content: { "application/json": { schema: z.object({ items: z.array(folderSchema) }) } },
    },
    ...problemResponse,
  },
});
const read = createRoute({
  method: "get",
  path: "/folders/{id}",
  middleware,
  request: { params },
  responses: {
    200: {
      description: "The folder, and what its server would not give",
      content: {
        "application/json": { schema: folderSchema.extend({ unfetchable: z.array(unfetchableSchema) }) },
      },
    },
    ...problemResponse,
  },
});

/** Folders with their counts, and how far their sync has come. */
export function folderRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const folders = await listFolders(c.var.tenant, c.req.valid("query").account);
      return c.json({ items: folders.map(toShown) }, 200);
    })
    .openapi(read, async (c) => {
      const folder = await findFolder(c.var.tenant, c.req.valid("param").id);
      if (folder === undefined) throw notFound("folder");
      const unfetchable = await listUnfetchable(c.var.tenant, folder.id);
      const listed = unfetchable.map(({ folderId: _folder, ...message }) => toJson(message));
      return c.json({ ...toShown(folder), unfetchable: listed }, 200);
    });
}

function toShown({ validity: _validity, ...folder }: Folder) {
  return toJson(folder);
}
