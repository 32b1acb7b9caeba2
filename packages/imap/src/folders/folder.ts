/** What a folder is for: RFC 6154 attributes first, then its localized name. */
export type FolderRole =
  | "inbox"
  | "sent"
  | "drafts"
  | "trash"
  | "spam"
  | "archive"
  | "all"
  | "flagged"
  | "custom";

/** The names of the usual folders in one language. */
export type FolderRoleNames = Partial<Readonly<Record<FolderRole, readonly string[]>>>;

/** A mailbox of the account, as `listFolders` gives it. */
export interface Folder {
  /** The full name, for every other call. */
  readonly name: string;
  /** The last part of the name, for people. */
  readonly displayName: string;
  /** The full name of the folder it is in. */
  readonly parent: string | undefined;
  readonly role: FolderRole;
  /** Attributes such as `\HasChildren`, as the server gives them. */
  readonly flags: ReadonlySet<string>;
  /** `false` for folders that only hold other folders. */
  readonly isSelectable: boolean;
  readonly isSubscribed: boolean;
  readonly delimiter: string | undefined;
  /** The rest with `counts: true`, and where the server tells. */
  readonly totalCount: number | undefined;
  readonly unreadCount: number | undefined;
  readonly uidValidity: number | undefined;
  readonly uidNext: number | undefined;
  readonly highestModseq: bigint | undefined;
  /** Stays the same when the folder is renamed (OBJECTID, RFC 8474). */
  readonly mailboxId: string | undefined;
}

/** The figures of one folder, by STATUS; `undefined` where the server does not tell. */
export interface FolderStatus {
  readonly totalCount: number | undefined;
  readonly unreadCount: number | undefined;
  readonly uidValidity: number | undefined;
  readonly uidNext: number | undefined;
  readonly highestModseq: bigint | undefined;
  /** Octets of all messages, where the server has STATUS=SIZE (RFC 8438). */
  readonly sizeBytes: number | undefined;
  /** Stays the same when the folder is renamed (OBJECTID, RFC 8474). */
  readonly mailboxId: string | undefined;
}
