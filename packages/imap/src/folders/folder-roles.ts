import type { FolderRole } from "./folder.js";
import { FOLDER_ROLE_NAMES } from "./folder-role-names.js";

/** What the role of a folder is told from. */
export interface FolderTraits {
  readonly name: string;
  readonly displayName: string;
  readonly parent: string | undefined;
  readonly flags: ReadonlySet<string>;
}

/** RFC 6154 attributes, and Gmail's from before it (XLIST). */
const BY_ATTRIBUTE: Readonly<Record<string, FolderRole>> = {
  "\\inbox": "inbox",
  "\\sent": "sent",
  "\\drafts": "drafts",
  "\\trash": "trash",
  "\\junk": "spam",
  "\\spam": "spam",
  "\\archive": "archive",
  "\\all": "all",
  "\\allmail": "all",
  "\\flagged": "flagged",
  "\\starred": "flagged",
};

const byName = new Map<string, FolderRole>();
for (const names of Object.values(FOLDER_ROLE_NAMES)) {
  for (const role of ["sent", "drafts", "trash", "spam", "archive", "all", "flagged"] as const) {
    for (const name of names[role] ?? []) if (!byName.has(fold(name))) byName.set(fold(name), role);
  }
}

/**
 * The role of every folder: INBOX, then what the server says (SPECIAL-USE), then what the names say in
 * some forty languages. A name counts only at the top, and only for a role that the server gave to
 * nobody; one folder per role, the first.
 */
export function assignRoles(folders: readonly FolderTraits[]): Map<string, FolderRole> {
  const roles = new Map<string, FolderRole>();
  const taken = new Set<FolderRole>();
  const assign = (folder: FolderTraits, role: FolderRole | undefined): void => {
    if (role === undefined || roles.has(folder.name) || taken.has(role)) return;
    roles.set(folder.name, role);
    taken.add(role);
  };
  for (const folder of folders) if (folder.name === "INBOX") assign(folder, "inbox");
  for (const folder of folders) assign(folder, attributeRole(folder.flags));
  for (const folder of folders) if (isAtTop(folder)) assign(folder, byName.get(fold(folder.displayName)));
  return roles;
}

function attributeRole(flags: ReadonlySet<string>): FolderRole | undefined {
  for (const flag of flags) {
    const role = BY_ATTRIBUTE[flag.toLowerCase()];
    if (role !== undefined) return role;
  }
  return undefined;
}

/** Courier and Cyrus keep everything below INBOX, Gmail its own below a bracketed folder. */
function isAtTop({ parent }: FolderTraits): boolean {
  return parent === undefined || parent === "INBOX" || /^\[(gmail|google mail)\]$/i.test(parent);
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase().trim();
}
