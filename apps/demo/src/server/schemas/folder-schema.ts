import { z } from "@hono/zod-openapi";
import { FOLDER_ROLES } from "../../db/schema/folders.js";
import { lineSchema } from "./text-schema.js";

const moment = z.iso.datetime();
const name = lineSchema.trim().min(1).max(200);

export const folderSchema = z
  .object({
    id: z.uuid(),
    accountId: z.uuid(),
    path: z.string(),
    displayName: z.string(),
    role: z.enum(FOLDER_ROLES),
    isSelectable: z.boolean(),
    total: z.number().int(),
    unread: z.number().int(),
    synced: z.number().int(),
    toSync: z.number().int().nullable(),
    lastPassAt: moment.nullable(),
  })
  .openapi("Folder");

/** A folder as one is shown: with what its server would not give. */
export const folderDetailsSchema = folderSchema.extend({
  unfetchable: z.array(
    z
      .object({ uid: z.string(), error: z.string(), tries: z.number().int(), lastAt: moment })
      .openapi("UnfetchableMessage"),
  ),
});

export const newFolderSchema = z
  .object({
    accountId: z.uuid(),
    name,
    parentId: z.uuid().optional().openapi({ description: "The folder to make it in; at the top without" }),
  })
  .strict()
  .openapi("NewFolder");

export const folderChangesSchema = z.object({ name }).strict().openapi("FolderChanges");
