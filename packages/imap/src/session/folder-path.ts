import { MailError } from "@mailwright/core";
import { encodeMailboxName } from "../wire/mailbox-name.js";
import type { PathRules } from "./path-rules.js";

/**
 * A folder: its full name as `listFolders` gives it, or the names on the way to it, outermost first. These are joined by
 * the server's delimiter and begin in the account's own namespace: `["Projects", "2026"]` is `INBOX.Projects.2026` on
 * servers that keep all folders below INBOX.
 */
export type FolderPath = string | readonly string[];

/** Checks a folder that callers without types may have given; throws `"invalid-argument"`. */
export function checkFolderPath(path: unknown): void {
  if (typeof path === "string") {
    encodeMailboxName(path);
    return;
  }
  if (!Array.isArray(path))
    throw invalid(
      "A folder is its name, or a list of the names on the way to it: folder.name of listFolders()",
    );
  if (path.length === 0 || path.some((name) => typeof name !== "string" || name === ""))
    throw invalid("The names on the way to a folder must not be empty");
  for (const name of path) encodeMailboxName(name);
}

/** The full name of the folder that a path leads to. */
export function joinFolderPath(path: readonly string[], { prefix, delimiter, prefixes }: PathRules): string {
  const [first = "", ...rest] = path;
  // INBOX is one mailbox in any case (RFC 9051 §5.1).
  const names = first.toUpperCase() === "INBOX" ? ["INBOX", ...rest] : path;
  if (delimiter === undefined || delimiter === "") {
    if (names.length > 1) throw invalid("The server has no folders in folders");
    return `${prefix}${names[0]}`;
  }
  const split = names.find((name) => name.includes(delimiter));
  if (split !== undefined)
    throw invalid(`The folder name ${JSON.stringify(split)} holds the delimiter ${delimiter}`);
  const joined = names.join(delimiter);
  const isComplete =
    names[0] === "INBOX" || prefixes.some((known) => `${joined}${delimiter}`.startsWith(known));
  return isComplete ? joined : `${prefix}${joined}`;
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap" });
}
