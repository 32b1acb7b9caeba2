import { createRoute, z } from "@hono/zod-openapi";
import { createFolder, deleteFolder, renameFolder } from "../../mail/change-folders.js";
import { type Folder, findFolder, listFolders } from "../../store/folders.js";
import { listUnfetchable } from "../../store/messages/unfetchable.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound } from "../problem.js";
import {
  folderChangesSchema,
  folderDetailsSchema,
  folderSchema,
  newFolderSchema,
} from "../schemas/folder-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const read = requireScope("read");
const write = requireScope("write");
const params = z.object({ id: z.uuid() });
const one = (description: string) => ({
  description,
  content: { "application/json": { schema: folderSchema } },
});

const routes = {
  list: createRoute({
    method: "get",
    path: "/folders",
    middleware: read,
    request: { query: z.object({ account: z.uuid().optional() }) },
    responses: {
      200: {
        description: "The folders of one account, or of all, with their counts",
        content: { "application/json": { schema: z.object({ items: z.array(folderSchema) }) } },
      },
      ...problemResponse,
    },
  }),
  create: createRoute({
    method: "post",
    path: "/folders",
    middleware: write,
    request: { body: { required: true, content: { "application/json": { schema: newFolderSchema } } } },
    responses: { 201: one("The folder, made on the server"), ...problemResponse },
  }),
  read: createRoute({
    method: "get",
    path: "/folders/{id}",
    middleware: read,
    request: { params },
    responses: {
      200: {
        description: "The folder, and what its server would not give",
        content: { "application/json": { schema: folderDetailsSchema } },
      },
      ...problemResponse,
    },
  }),
  change: createRoute({
    method: "patch",
    path: "/folders/{id}",
    middleware: write,
    request: {
      params,
      body: { required: true, content: { "application/json": { schema: folderChangesSchema } } },
    },
    responses: { 200: one("The folder under its new name"), ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/folders/{id}",
    middleware: write,
    request: { params },
    responses: { 204: { description: "Deleted on the server, with its messages" }, ...problemResponse },
  }),
};

/** Folders with their counts and how far their sync has come; changed on the mail server first. */
export function folderRoutes({ environment, clients, nudge }: Services) {
  const mail = { environment, clients };
  return createRouter()
    .openapi(routes.list, async (c) => {
      const folders = await listFolders(c.var.tenant, c.req.valid("query").account);
      return c.json({ items: folders.map(toShown) }, 200);
    })
    .openapi(routes.create, async (c) => {
      const folder = await createFolder(mail, c.var.tenant, c.req.valid("json"));
      if (folder === undefined) throw notFound("account or folder");
      nudge(folder.accountId);
      return c.json(toShown(folder), 201);
    })
    .openapi(routes.read, async (c) => {
      const folder = await findFolder(c.var.tenant, c.req.valid("param").id);
      if (folder === undefined) throw notFound("folder");
      const unfetchable = await listUnfetchable(c.var.tenant, folder.id);
      const listed = unfetchable.map(({ folderId: _folder, ...message }) => toJson(message));
      return c.json({ ...toShown(folder), unfetchable: listed }, 200);
    })
    .openapi(routes.change, async (c) => {
      const folder = await renameFolder(
        mail,
        c.var.tenant,
        c.req.valid("param").id,
        c.req.valid("json").name,
      );
      if (folder === undefined) throw notFound("folder");
      nudge(folder.accountId);
      return c.json(toShown(folder), 200);
    })
    .openapi(routes.remove, async (c) => {
      const isDeleted = await deleteFolder(mail, c.var.tenant, c.req.valid("param").id);
      if (!isDeleted) throw notFound("folder");
      return c.body(null, 204);
    });
}

function toShown({ validity: _validity, ...folder }: Folder) {
  return toJson(folder);
}
