import type { Folder, Message } from "../api/answers.js";

/** Which messages a list has; without a folder those of all inboxes, with `q` what a search finds everywhere. */
export interface MessageFilter {
  readonly folder?: string | undefined;
  readonly unread?: boolean | undefined;
  readonly starred?: boolean | undefined;
  readonly q?: string | undefined;
}

const PAGE = "100";

/** The filter as the API takes it. */
export function toQuery({ folder, unread, starred, q }: MessageFilter, cursor: string | undefined) {
  return {
    limit: PAGE,
    ...(folder !== undefined && { folder }),
    ...(unread === true && { unread: "true" as const }),
    ...(starred === true && { starred: "true" as const }),
    ...(q !== undefined && { q }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Whether a message is one of a list; `undefined` for a search, which only the server can tell. */
export function isListed(
  { folder, unread, starred, q }: MessageFilter,
  message: Message,
  folders: readonly Folder[],
): boolean | undefined {
  if (q !== undefined) return undefined;
  if (unread === true && message.seen) return false;
  if (starred === true) return message.flagged;
  if (folder !== undefined) return message.folderId === folder;
  return folders.some(({ id, role }) => id === message.folderId && role === "inbox");
}
