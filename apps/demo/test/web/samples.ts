import type { Account, Folder, Message } from "../../src/web/api/answers.js";
import type { MessagePages } from "../../src/web/mail/message-pages.js";

/** A message with usual values, but for those that a test is about. */
export function message(id: number, values: Partial<Message> = {}): Message {
  return {
    id,
    accountId: "ada",
    folderId: "ada-inbox",
    folderName: "Inbox",
    uid: String(id),
    date: new Date(Date.UTC(2026, 0, id)).toISOString(),
    fromName: "Grace Hopper",
    fromAddress: "grace@example.test",
    recipients: { to: [], cc: [], replyTo: [] },
    subject: `Message ${id}`,
    snippet: "",
    messageId: null,
    threadId: null,
    seen: false,
    flagged: false,
    answered: false,
    draft: false,
    automatic: null,
    hasAttachments: false,
    waiting: null,
    attachmentCount: 0,
    sizeBytes: 1_000,
    ...values,
  };
}

/** Pages of a list with messages of these ids; the last one ends the list unless it has a cursor. */
export function pages(ids: readonly (readonly number[])[], next?: string): MessagePages {
  return {
    pageParams: ids.map(() => undefined),
    pages: ids.map((page, index) => ({
      items: page.map((id) => message(id)),
      next: index < ids.length - 1 ? `after-${page.at(-1)}` : next,
    })),
  };
}

/** A folder of an account, its id made of both. */
export function folder(accountId: string, role: Folder["role"], values: Partial<Folder> = {}): Folder {
  return {
    id: `${accountId}-${role}`,
    accountId,
    path: role,
    displayName: role,
    role,
    isSelectable: true,
    total: 10,
    unread: 0,
    synced: 10,
    toSync: 10,
    lastPassAt: null,
    ...values,
  };
}

/** An account that is up to date, but for what a test is about. */
export function account(values: Partial<Account> = {}): Account {
  const incoming = { host: "imap.example.test", port: 993, security: "tls", user: "ada" } as const;
  return {
    id: "ada",
    name: "Ada",
    address: "ada@example.test",
    colour: "#2f6fdb",
    kind: "imap",
    incoming,
    outgoing: null,
    hasPassword: true,
    state: "live",
    lastOkAt: "2026-01-05T14:02:00.000Z",
    lastError: null,
    nextTryAt: null,
    failures: 0,
    syncDays: null,
    signature: "",
    createdAt: "2026-01-01T00:00:00.000Z",
    ...values,
  };
}
