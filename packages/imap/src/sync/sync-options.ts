import {
  MailError,
  type OperationOptions,
  type SyncBatch,
  type SyncCursor,
  type SyncEvent,
} from "@mailwright/core";
import { requireKnownNames } from "@mailwright/core/internal";
import { headerNames } from "../fetch/header-names.js";
import type { ImapMessage, MessageBody } from "../fetch/imap-message.js";

/** How changes are found: told by the server at SELECT, asked for by MODSEQ, or found by comparing everything. */
export type SyncStrategy = "qresync" | "condstore" | "plain";

/** How much of messages a sync brings along, and in which portions. */
export interface SyncContentOptions extends OperationOptions {
  /** What `added` messages bring along, as in `messages()`. @defaultValue "none" */
  readonly body?: MessageBody | undefined;
  /** Names of header fields to read, or `"all"`. */
  readonly headers?: readonly string[] | "all" | undefined;
  /** Which new messages come first. @defaultValue "oldest" */
  readonly order?: "oldest" | "newest" | undefined;
  /**
   * Leaves out what the server had received before this day (UTC) when a folder is read for the first time, or anew after a
   * reset. What comes later is told whatever its date; of what was left out nothing is told, its removal neither.
   * @defaultValue everything
   */
  readonly since?: Date | undefined;
  /** Messages in a batch at most. @defaultValue 250 */
  readonly batchMessages?: number | undefined;
  /** Bytes of bodies in a batch, give or take its last message. @defaultValue 16777216 (16 MiB) */
  readonly batchBytes?: number | undefined;
  /**
   * Pins how changes are found; rejects with `"unsupported"` where the server cannot. @defaultValue the best that the
   * server offers and has not been found out to be broken
   */
  readonly strategy?: SyncStrategy | undefined;
}

/** What `ImapClient.sync()` takes. `timeoutMs` bounds each step, not the whole. */
export interface ImapSyncOptions extends SyncContentOptions {
  /** Of the last acknowledged batch; without one everything is new. */
  readonly cursor?: SyncCursor | undefined;
}

/** What an IMAP sync tells: messages are named by UID. */
export type ImapSyncEvent = SyncEvent<ImapMessage, number>;

/** A batch of an IMAP sync. */
export type ImapSyncBatch = SyncBatch<ImapMessage, number>;

/** {@link SyncContentOptions} with every default filled in. */
export interface ResolvedSyncContent {
  readonly body: MessageBody;
  readonly headers: readonly string[] | "all" | undefined;
  readonly order: "oldest" | "newest";
  readonly since: Date | undefined;
  readonly batchMessages: number;
  readonly batchBytes: number;
  readonly strategy: SyncStrategy | undefined;
}

/** The names of {@link SyncContentOptions}. */
const SYNC_CONTENT_NAMES: readonly string[] = [
  ...["signal", "timeoutMs", "body", "headers", "order", "since", "batchMessages", "batchBytes", "strategy"],
];

/** Fills in the defaults; throws `"invalid-argument"`, for names that are none too. */
export function resolveSyncContent(
  options: SyncContentOptions,
  ...own: readonly string[]
): ResolvedSyncContent {
  requireKnownNames(options, [...SYNC_CONTENT_NAMES, ...own], { option: "", protocol: "imap" });
  const { body = "none", headers, order = "oldest", since, strategy } = options;
  const { batchMessages = 250, batchBytes = 16 * 1024 * 1024 } = options;
  requireOneOf("body", body, ["none", "text", "full"]);
  requireOneOf("order", order, ["oldest", "newest"]);
  if (strategy !== undefined) requireOneOf("strategy", strategy, ["qresync", "condstore", "plain"]);
  if (since !== undefined && !(since instanceof Date && Number.isFinite(since.getTime())))
    throw invalid("since must be a valid date");
  requireAtLeastOne("batchMessages", batchMessages);
  requireAtLeastOne("batchBytes", batchBytes);
  headerNames({ headers });
  return { body, headers, order, since, batchMessages, batchBytes, strategy };
}

function requireOneOf(name: string, value: string, names: readonly string[]): void {
  if (!names.includes(value)) throw invalid(`${name} must be one of ${names.join(", ")}`);
}

function requireAtLeastOne(name: string, value: number): void {
  if (typeof value !== "number" || !(value >= 1)) throw invalid(`${name} must be at least 1`);
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap" });
}
