import { MessageHeaders } from "@mailwright/mime";
import { type BodyPart, parseBodyStructure } from "../wire/answers/body-structure.js";
import {
  type Envelope,
  isSoundEnvelope,
  parseEnvelope,
  parseHeaderEnvelope,
} from "../wire/answers/envelope.js";
import { parseInternalDate } from "../wire/answers/internal-date.js";
import { type PartTree, parsePartTree } from "../wire/answers/part-tree.js";
import { decodeMailboxName } from "../wire/mailbox-name.js";
import {
  bigintOf,
  bytesOf,
  isList,
  listOf,
  numberOf,
  textOf,
  textsOf,
  type WireNode,
} from "../wire/wire-node.js";
import type { FetchRow } from "./fetch-rows.js";

/** What is known of a message without its body: what the server gave, and no more. */
export interface HeadRow {
  envelope: Envelope | undefined;
  /** What the server gave as the envelope cannot be it; `undefined` while it gave none. */
  isDoubtful: boolean | undefined;
  parts: readonly BodyPart[] | undefined;
  /** Only where it was asked for: hardly anybody wants more than the leaves. */
  tree: PartTree | undefined;
  flags: ReadonlySet<string> | undefined;
  headers: MessageHeaders | undefined;
  labels: ReadonlySet<string> | undefined;
  receivedAt: Date | undefined;
  threadId: string | undefined;
  emailId: string | undefined;
  modseq: bigint | undefined;
  sizeBytes: number | undefined;
  preview: string | undefined;
}

/** Nothing is known yet. */
export function createHeadRow(): HeadRow {
  return {
    envelope: undefined,
    isDoubtful: undefined,
    parts: undefined,
    tree: undefined,
    flags: undefined,
    headers: undefined,
    labels: undefined,
    receivedAt: undefined,
    threadId: undefined,
    emailId: undefined,
    modseq: undefined,
    sizeBytes: undefined,
    preview: undefined,
  };
}

/**
 * Reads one FETCH answer into what is known of its message. The answer itself, a tree of small objects
 * many times the size of what it says, is not needed any more then.
 */
export function readHeadRow(row: FetchRow, into: HeadRow, isTreeWanted = false): void {
  const envelope = row.get("ENVELOPE");
  if (isList(envelope)) {
    into.envelope = parseEnvelope(envelope);
    into.isDoubtful = !isSoundEnvelope(envelope);
  }
  const structure = row.get("BODYSTRUCTURE");
  if (isList(structure)) {
    into.parts = parseBodyStructure(structure);
    if (isTreeWanted) into.tree = parsePartTree(structure);
  }
  const flags = row.get("FLAGS");
  if (flags !== undefined) into.flags = new Set(textsOf(flags));
  const headers = row.get("BODY[HEADER.FIELDS]") ?? row.get("BODY[HEADER]");
  if (headers !== undefined) into.headers = readHeaders(bytesOf(headers));
  const wholeHeader = bytesOf(row.get("BODY[HEADER]"));
  // Of two that contradict each other the header is what the sender wrote.
  if (wholeHeader !== undefined) takeHeader(wholeHeader, into);
  if (row.has("X-GM-LABELS"))
    into.labels = new Set(textsOf(row.get("X-GM-LABELS")).map((label) => decodeMailboxName(label)));
  into.receivedAt ??= parseInternalDate(textOf(row.get("INTERNALDATE")));
  into.threadId ??= textOf(listOf(row.get("THREADID"))[0]) ?? textOf(row.get("X-GM-THRID"));
  into.emailId ??= textOf(listOf(row.get("EMAILID"))[0]) ?? textOf(row.get("X-GM-MSGID"));
  into.modseq = bigintOf(listOf(row.get("MODSEQ"))[0]) ?? into.modseq;
  into.sizeBytes ??= numberOf(row.get("RFC822.SIZE"));
  into.preview ??= readPreview(row.get("PREVIEW"));
}

/** Of a message without the fields that were asked for, the line end alone comes. */
function readHeaders(bytes: Buffer | undefined): MessageHeaders | undefined {
  return bytes === undefined || bytes.length <= 2 ? undefined : new MessageHeaders(bytes);
}

/** QUIRK: by a draft of RFC 8970, Dovecot 2.3 names the algorithm before the text: `(FUZZY "text")`. */
function readPreview(node: WireNode | undefined): string | undefined {
  return textOf(isList(node) ? node[1] : node);
}

/** Has the envelope from the header. */
export function takeHeader(header: Uint8Array, into: HeadRow): void {
  into.envelope = parseHeaderEnvelope(header);
  into.isDoubtful = false;
}
