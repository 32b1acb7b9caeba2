import type { EmailAddress, MailError } from "@mailwright/core";
import type { SearchQuery } from "../search/search-query.js";
import type { ImapPart } from "../wire/answers/part-tree.js";
import type { UnfetchableMessages } from "./missing-messages.js";

/** A message of a folder. What was not asked for is `undefined`. JSON takes it: sets as lists, `modseq` as digits. */
export interface ImapMessage {
  readonly uid: number;
  readonly folder: string;
  /** With its angle brackets. */
  readonly messageId: string | undefined;
  readonly from: readonly EmailAddress[];
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly bcc: readonly EmailAddress[];
  readonly replyTo: readonly EmailAddress[];
  readonly sender: readonly EmailAddress[];
  readonly subject: string;
  /** What the sender's Date says; `undefined` when that is no date. */
  readonly date: Date | undefined;
  /** When the server got it (INTERNALDATE). */
  readonly receivedAt: Date | undefined;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly isRead: boolean;
  readonly isStarred: boolean;
  readonly isDeleted: boolean;
  readonly isDraft: boolean;
  readonly isAnswered: boolean;
  /** By the role of the folder, or `$Junk`. */
  readonly isSpam: boolean;
  /** By the role of the folder. */
  readonly isSent: boolean;
  readonly flags: ReadonlySet<string>;
  /** Gmail's labels, decoded; those of its own begin with a backslash. */
  readonly labels: ReadonlySet<string> | undefined;
  /** RFC 8474 THREADID, or Gmail's. */
  readonly threadId: string | undefined;
  /** RFC 8474 EMAILID, or Gmail's message id: the same in every folder. */
  readonly emailId: string | undefined;
  readonly modseq: bigint | undefined;
  /** Size of the whole message as the server counts it. */
  readonly sizeBytes: number;
  readonly attachments: readonly ImapAttachment[];
  readonly attachmentCount: number;
  /** With `structure`: the MIME tree, with the parts that hold others. */
  readonly structure: ImapPart | undefined;
  /** With `body: "text"`: the decoded plain text, its line ends LF; `undefined` when the message has none. */
  readonly text: string | undefined;
  /** With `body: "text"`: the decoded HTML as the sender wrote it, not made safe. */
  readonly html: string | undefined;
  /** With `preview`: the first 200 characters of what people would read, on one line; empty where there is nothing. */
  readonly preview: string | undefined;
  /** With `headers`: values by lower-case name, in order, encoded words decoded. */
  readonly headers: ReadonlyMap<string, readonly string[]> | undefined;
  /** With `body: "full"`: the message, byte for byte. */
  readonly source: Buffer | undefined;
  /**
   * Why something that was asked for is missing or cut: `"limit"`, `"not-found"` for a message that was
   * removed after its envelope had been read, `"protocol"` for what the server did not give.
   */
  readonly incomplete: MailError | undefined;
}

/** What is known of an attachment without fetching it. */
export interface ImapAttachment {
  /** For `downloadAttachment`. */
  readonly part: string;
  /** As the sender named it: not safe as a path, but by `toSafeFilename` of `@mailwright/parser`. */
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly disposition: string | undefined;
  /** Without angle brackets; `cid:` links in the HTML point to it. */
  readonly contentId: string | undefined;
  /** Belongs to the HTML rather than being a file of its own. */
  readonly isRelated: boolean;
  /** Close to the decoded size: exact but for line ends and padding. */
  readonly sizeBytes: number;
}

/** How much of each message is fetched. */
export type MessageBody = "none" | "text" | "full";

/** Which messages, and how much of each. */
export interface MessagesQuery {
  /** Messages with a higher UID than this. @defaultValue 0 */
  readonly afterUid?: number | undefined;
  /** Messages with a lower UID than this; pages backwards with `newest`. */
  readonly beforeUid?: number | undefined;
  /** Exactly these; those that are gone are left out. */
  readonly uids?: Iterable<number> | undefined;
  /** Only the newest so many, still in ascending order; costs the same whatever the size of the folder. */
  readonly newest?: number | undefined;
  /** Only those that a search finds; beside the others, both must hold. `newest` counts what it finds. */
  readonly query?: SearchQuery | string | undefined;
  /** @defaultValue "none" */
  readonly body?: MessageBody | undefined;
  /** The beginning of each text, for a list: the server's (PREVIEW, RFC 8970), or made from the first octets. */
  readonly preview?: boolean | undefined;
  /** The whole MIME tree of each message, which costs no octet more than the list of attachments. @defaultValue false */
  readonly structure?: boolean | undefined;
  /** Names of header fields to read, or `"all"`. */
  readonly headers?: readonly string[] | "all" | undefined;
  /**
   * Hears of messages that the server lists and, asked twice, does not give; may be called before messages
   * with lower UIDs have arrived. Without it the iteration ends with an error (`"protocol"`) that names
   * them, after all the others.
   */
  readonly onUnfetchable?: ((unfetchable: UnfetchableMessages) => void) | undefined;
}
