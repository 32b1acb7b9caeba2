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

/** By name, in the order of the table: the first of a role is what most call it. */
const byName = new Map<string, { readonly role: FolderRole; readonly rank: number }>();
for (const names of Object.values(FOLDER_ROLE_NAMES)) {
  for (const role of ["sent", "drafts", "trash", "spam", "archive", "all", "flagged"] as const) {
    for (const name of names[role] ?? [])
      if (!byName.has(fold(name))) byName.set(fold(name), { role, rank: byName.size });
  }
}

/** Why a folder may have a role; of several folders the one that ranks lowest has it. */
interface Claim {
  readonly folder: FolderTraits;
  readonly role: FolderRole;
  readonly rank: number;
}

/**
 * The role of every folder: INBOX, then what the server says (SPECIAL-USE), then what the names say in
 * some forty languages. A name counts only at the top, and only for a role that the server gave to
 * nobody. There is one folder per role: where the server names two, the one at the top whose name says the same.
 * The order of the list, which differs between servers, decides last.
 */
export function assignRoles(folders: readonly FolderTraits[]): Map<string, FolderRole> {
  const claims: Claim[] = [];
  for (const folder of folders) {
    const named = isAtTop(folder) ? byName.get(fold(folder.displayName)) : undefined;
    const told = folder.name === "INBOX" ? "inbox" : attributeRole(folder.flags);
    if (told !== undefined) {
      const doubts = (isAtTop(folder) ? 0 : 2) + (named?.role === told ? 0 : 1);
      claims.push({ folder, role: told, rank: folder.name === "INBOX" ? -FIRST_NAME : doubts });
    }
    if (named !== undefined) claims.push({ folder, role: named.role, rank: FIRST_NAME + named.rank });
  }
  const granted = new Map<string, FolderRole>();
  const taken = new Set<FolderRole>();
  for (const { folder, role } of claims.sort((a, b) => a.rank - b.rank)) {
    if (granted.has(folder.name) || taken.has(role)) continue;
    granted.set(folder.name, role);
    taken.add(role);
  }
  const roles = new Map<string, FolderRole>();
  for (const { name } of folders) {
    const role = granted.get(name);
    if (role !== undefined) roles.set(name, role);
  }
  return roles;
}

/** What a name says ranks behind all that the server says. */
const FIRST_NAME = 10;

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
