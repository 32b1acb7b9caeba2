import type { Folder, Message } from "../api/answers.js";

/** Which messages a list has; without a folder or a thread those of all inboxes, with `q` what a search finds everywhere. */
export interface MessageFilter {
  readonly folder?: string | undefined;
  readonly unread?: boolean | undefined;
  readonly starred?: boolean | undefined;
  readonly q?: string | undefined;
  readonly account?: string | undefined;
  readonly thread?: string | undefined;
}

const PAGE = "100";

/** The filter as the API takes it. */
export function toQuery(
  { folder, unread, starred, q, account, thread }: MessageFilter,
  cursor: string | undefined,
) {
  return {
    limit: PAGE,
    ...(folder !== undefined && { folder }),
    ...(unread === true && { unread: "true" as const }),
    ...(starred === true && { starred: "true" as const }),
    ...(q !== undefined && { q }),
    ...(account !== undefined && { account }),
    ...(thread !== undefined && { thread }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Whether a message is one of a list; `undefined` for a search, which only the server can tell. */
export function isListed(
  { folder, unread, starred, q, account, thread }: MessageFilter,
  message: Message,
  folders: readonly Folder[],
): boolean | undefined {
  if (q !== undefined) return undefined;
  if (unread === true && message.seen) return false;
  if (account !== undefined && message.accountId !== account) return false;
  if (thread !== undefined) return message.threadId === thread;
  if (starred === true) return message.flagged;
  if (folder !== undefined) return message.folderId === folder;
  return folders.some(({ id, role }) => id === message.folderId && role === "inbox");
}
