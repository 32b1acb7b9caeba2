import { MailError } from "@mailwright/core";
import { decodeText, decodeTransferEncoding } from "@mailwright/mime";
import type { ResolvedImapLimits } from "../imap-limits.js";
import { allSettled } from "../session/all-settled.js";
import type { ImapSession } from "../session/imap-session.js";
import type { BodyPart } from "../wire/answers/body-structure.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf, type WireNode } from "../wire/wire-node.js";
import { eachMessage } from "./each-message.js";
import { bodyItem, type FetchRow } from "./fetch-rows.js";
import type { ImapMessage } from "./imap-message.js";
import type { MessageHead } from "./message-items.js";
import { findGone, isStandInBody, whyMissing } from "./missing-messages.js";
import { isShort, readRest } from "./short-parts.js";

/**
 * Fetches the text of messages and nothing else. Messages with their text at the same places in the MIME
 * tree share a command, and these overlap, so that a batch costs a round trip or two.
 */
export async function fetchTexts(
  session: ImapSession,
  heads: readonly MessageHead[],
  limits: ResolvedImapLimits,
  signal?: AbortSignal,
): Promise<readonly ImapMessage[]> {
  const { maxTextBytes } = limits;
  const groups = new Map<string, MessageHead[]>();
  for (const head of heads) {
    if (head.textParts.length === 0) continue;
    const key = head.textParts.map((part) => partKey(part, maxTextBytes)).join(" ");
    const group = groups.get(key) ?? [];
    group.push(head);
    groups.set(key, group);
  }
  const texts = new Map<number, PartTexts>();
  const empty = new Set<number>();
  const refused = new Map<number, MailError>();
  const fetched = [...groups.values()].map((group) =>
    fetchGroup(session, group, ({ path }) => path, maxTextBytes, texts, signal),
  );
  for (const found of await allSettled(fetched)) {
    for (const uid of found.empty) empty.add(uid);
    for (const [uid, error] of found.refused) refused.set(uid, error);
  }
  // QUIRK: of a message that Courier takes for a leaf though it has parts, BODY[1] is empty and BODY[TEXT] is not.
  const hollow = heads.filter((head) => empty.has(head.message.uid) && isOnePart(head));
  if (hollow.length > 0) await fetchGroup(session, hollow, () => "TEXT", maxTextBytes, texts, signal);
  const suspects = [...texts].flatMap(([uid, found]) =>
    [...found.values()].some(({ text }) => isStandInBody(text)) ? [uid] : [],
  );
  for (const uid of await findGone(session, suspects, signal)) texts.delete(uid);
  await completeShort(session, heads, texts, signal);
  const missing = heads.filter(({ message, textParts }) => textParts.length > 0 && !texts.has(message.uid));
  const missingUids = missing.map(({ message }) => message.uid);
  const reasons = await whyMissing(session, missingUids, signal);
  return heads.map((head) => {
    const { uid } = head.message;
    return withText(head, texts.get(uid) ?? new Map(), refused.get(uid) ?? reasons.get(uid));
  });
}

/** The text of one part, or of the beginning of it. */
interface PartText {
  readonly text: string;
  readonly isCut: boolean;
  /** The octets that came, where that are fewer than were announced. */
  readonly short?: Buffer | undefined;
}

/** By the path of the part. */
type PartTexts = Map<string, PartText>;

/** Decodes each part as it comes: of a batch, only the text is kept. Answers with those that came empty, against the announcement. */
async function fetchGroup(
  session: ImapSession,
  group: readonly MessageHead[],
  sectionOf: (part: BodyPart) => string,
  maxTextBytes: number,
  texts: Map<number, PartTexts>,
  signal: AbortSignal | undefined,
): Promise<{ readonly empty: ReadonlySet<number>; readonly refused: ReadonlyMap<number, MailError> }> {
  const empty = new Set<number>();
  const items = (group[0]?.textParts ?? []).map((part) => {
    const window = part.encodedBytes > maxTextBytes ? { offset: 0, length: maxTextBytes } : undefined;
    return bodyItem([atom(sectionOf(part))], window);
  });
  const partsOf = new Map(group.map(({ message, textParts }) => [message.uid, textParts]));
  const wanted = new Set(partsOf.keys());
  const all = [atom("UID"), ...items];
  const refused = await eachMessage(session, [...wanted], all, { signal, wanted }, (uid, row) => {
    const found = texts.get(uid) ?? new Map<string, PartText>();
    let isNil = found.size === 0;
    for (const part of partsOf.get(uid) ?? []) {
      const node = sectionIn(row, sectionOf(part));
      const bytes = bytesOf(node);
      isNil &&= node === null;
      // What was announced is the server's word; what comes is what counts.
      const isCut = part.encodedBytes > maxTextBytes || (bytes?.length ?? 0) > maxTextBytes;
      const isHollow = bytes?.length === 0 && part.encodedBytes > 0;
      if (isHollow) empty.add(uid);
      if (bytes === undefined || isHollow) continue;
      // A server that does not know windows sends more than was asked for.
      const kept = isCut ? bytes.subarray(0, maxTextBytes) : bytes;
      const short = !isCut && isShort(kept, part.encodedBytes) ? kept : undefined;
      found.set(part.path, { text: readText(kept, part, isCut), isCut, short });
    }
    // QUIRK: of a message that others have just removed, Dovecot gives NIL: why, is asked later.
    if (!isNil) texts.set(uid, found);
  });
  return { empty, refused };
}

/** Asks again for what is shorter than was announced; what stays so is told. */
async function completeShort(
  session: ImapSession,
  heads: readonly MessageHead[],
  texts: ReadonlyMap<number, PartTexts>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const head of heads) {
    const { uid } = head.message;
    const found = texts.get(uid);
    for (const part of head.textParts) {
      const came = found?.get(part.path)?.short;
      if (came === undefined) continue;
      const { path, encodedBytes: announcedBytes } = part;
      const short = { uid, path, isOnlyPart: isOnePart(head), came, announcedBytes };
      const all = await readRest(session, short, signal);
      const isStillShort = isShort(all, announcedBytes);
      found?.set(path, {
        text: readText(all, part, false),
        isCut: false,
        short: isStillShort ? all : undefined,
      });
    }
  }
}

function withText(
  { message, textParts }: MessageHead,
  texts: ReadonlyMap<string, PartText>,
  reason: MailError | undefined,
): ImapMessage {
  const plain: string[] = [];
  const html: string[] = [];
  let incomplete = reason ?? message.incomplete;
  for (const part of textParts) {
    const read = texts.get(part.path);
    if (read === undefined) {
      incomplete ??= problem(
        "protocol",
        `The server did not give part ${part.path} of message ${message.uid}`,
      );
      continue;
    }
    if (read.isCut) {
      incomplete ??= problem("limit", `Part ${part.path} is larger than maxTextBytes and was cut`);
    }
    if (read.short !== undefined) incomplete ??= shortened(message.uid, part, read.short.length);
    (part.contentType === "text/html" ? html : plain).push(read.text);
  }
  const join = (texts: readonly string[]): string | undefined =>
    texts.length === 0 ? undefined : texts.join("\n");
  return { ...message, text: join(plain), html: join(html), incomplete };
}

/** The octets of a part, from its start on; they come without their origin where the server does not tell it. */
function sectionIn(row: FetchRow, section: string): WireNode | undefined {
  const beginning = row.get(`BODY[${section}]<0>`);
  return beginning === undefined ? row.get(`BODY[${section}]`) : beginning;
}

function isOnePart({ message, textParts }: MessageHead): boolean {
  return textParts.length === 1 && textParts[0]?.path === "1" && message.attachmentCount === 0;
}

/** Undoes transfer encoding and charset of a text part, which may have been cut in the middle of either. */
function readText(bytes: Buffer, part: BodyPart, isCut: boolean): string {
  const encoded = isCut ? wholeEscapes(bytes, part) : bytes;
  const { bytes: content } = decodeTransferEncoding(encoded, part.transferEncoding);
  return decodeText(content, part, { isCut }).text;
}

const EQUALS = 0x3d;

/** What is left of a quoted-printable part that may have been cut within an escape. */
function wholeEscapes(bytes: Buffer, { transferEncoding }: BodyPart): Buffer {
  if (transferEncoding !== "quoted-printable") return bytes;
  const at = bytes.lastIndexOf(EQUALS);
  return at >= 0 && at >= bytes.length - 2 ? bytes.subarray(0, at) : bytes;
}

function partKey(part: BodyPart, most: number): string {
  return part.encodedBytes > most ? `${part.path}<` : part.path;
}

function shortened(uid: number, { path, encodedBytes }: BodyPart, came: number): MailError {
  const message = `The server announced ${encodedBytes} octets of part ${path} of message ${uid} and gave ${came}`;
  return problem("protocol", message);
}

function problem(code: "protocol" | "limit", message: string): MailError {
  return new MailError(message, { code, protocol: "imap", phase: "fetch" });
}
