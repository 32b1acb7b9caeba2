import { createRoute, z } from "@hono/zod-openapi";
import { listAccounts } from "../../store/accounts.js";
import { listFolders } from "../../store/folders.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { accountSchema } from "../schemas/account-schema.js";
import { folderSchema } from "../schemas/folder-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const progressSchema = accountSchema
  .pick({ id: true, name: true, state: true, lastOkAt: true, lastError: true, nextTryAt: true })
  .extend({
    synced: z.number().int(),
    toSync: z.number().int(),
    folders: z.array(
      folderSchema.pick({ id: true, path: true, synced: true, toSync: true, lastPassAt: true }),
    ),
  })
  .openapi("AccountProgress");
const route = createRoute({
  method: "get",
  path: "/status",
  middleware: requireScope("read"),
  responses: {
    200: {
      description: "What each account is doing, with the evidence",
      content: {
        "application/json": {
          schema: z
            .object({
              database: z.enum(["pglite", "postgresql"]),
              startedAt: z.iso.datetime(),
              accounts: z.array(progressSchema),
            })
            .openapi("Status"),
        },
      },
    },
    ...problemResponse,
  },
});

/** What everything is doing. */
export function statusRoutes({ environment }: Services) {
  const startedAt = environment.now().toISOString();
  return createRouter().openapi(route, async (c) => {
    const folders = await listFolders(c.var.tenant);
    const accounts = (await listAccounts(c.var.tenant)).map((account) => {
      const { id, name, state, lastOkAt, lastError, nextTryAt } = account;
      const own = folders.filter(({ accountId }) => accountId === id);
      const synced = own.reduce((sum, folder) => sum + folder.synced, 0);
      const toSync = own.reduce((sum, folder) => sum + (folder.toSync ?? folder.total), 0);
      const shown = own.map(({ id: folderId, path, synced: done, toSync: all, lastPassAt }) => {
        return { id: folderId, path, synced: done, toSync: all, lastPassAt };
      });
      return toJson({ id, name, state, lastOkAt, lastError, nextTryAt, synced, toSync, folders: shown });
    });
    return c.json({ database: environment.database.kind, startedAt, accounts }, 200);
  });
}
