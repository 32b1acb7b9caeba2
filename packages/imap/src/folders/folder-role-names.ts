import type { FolderRoleNames } from "./folder.js";
import { ASIAN } from "./role-names/asian.js";
import { CENTRAL_EUROPEAN } from "./role-names/central-european.js";
import { EASTERN_EUROPEAN } from "./role-names/eastern-european.js";
import { NORDIC } from "./role-names/nordic.js";
import { SMALLER_EUROPEAN } from "./role-names/smaller-european.js";
import { WESTERN_EUROPEAN } from "./role-names/western-european.js";

/**
 * What clients and servers call the usual folders, by language, in lower case. Only used where the
 * server has no SPECIAL-USE (RFC 6154). Of two names of one role the earlier language's ranks first.
 */
export const FOLDER_ROLE_NAMES: Readonly<Record<string, FolderRoleNames>> = {
  ...WESTERN_EUROPEAN,
  ...NORDIC,
  ...CENTRAL_EUROPEAN,
  ...EASTERN_EUROPEAN,
  ...ASIAN,
  ...SMALLER_EUROPEAN,
};
