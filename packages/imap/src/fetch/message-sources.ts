import { MailError } from "@mailwright/core";
import type { ResolvedImapLimits } from "../imap-limits.js";
import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf } from "../wire/wire-node.js";
import { eachMessage } from "./each-message.js";
import { bodyItem } from "./fetch-rows.js";
import { fetchWindow, isLastWindow } from "./fetch-window.js";
import type { ImapMessage } from "./imap-message.js";
import type { MessageHead } from "./message-items.js";
import { findGone, isStandInBody, whyMissing } from "./missing-messages.js";
import { isShort, readRest } from "./short-parts.js";

/** Fetches whole messages; those larger than a literal may be come in windows, too large ones not at all. */
export async function fetchSources(
  session: ImapSession,
  heads: readonly MessageHead[],
  limits: ResolvedImapLimits,
  signal?: AbortSignal,
): Promise<readonly ImapMessage[]> {
  const { maxMessageBytes } = limits;
  const windowBytes = Math.min(limits.maxBatchBytes, limits.maxLiteralBytes);
  const sources = new Map<number, Buffer | "too-large">();
  const small = heads.filter(({ message }) => message.sizeBytes <= Math.min(windowBytes, maxMessageBytes));
  const sizes = new Map(small.map(({ message }) => [message.uid, message.sizeBytes]));
  const wanted = new Set(sizes.keys());
  const items = [atom("UID"), bodyItem([])];
  // Twice what was announced at most: sizes are told wrongly, but not by that much.
  const options = { signal, wanted, maxBytes: 2 * windowBytes };
  const refused = await eachMessage(session, [...wanted], items, options, (uid, row) => {
    const source = bytesOf(row.get("BODY[]"));
    if (source === undefined || (source.length === 0 && sizes.get(uid) !== 0)) return;
    sources.set(uid, source.length > maxMessageBytes ? "too-large" : source);
  });
  for (const { message } of heads) {
    const { uid, sizeBytes } = message;
    if (wanted.has(uid) && refused.get(uid)?.code !== "limit") continue;
    const source =
      sizeBytes > maxMessageBytes
        ? "too-large"
        : await readAll(session, message, windowBytes, maxMessageBytes, signal);
    if (source !== undefined) sources.set(uid, source);
  }
  const suspects = [...sources].flatMap(([uid, source]) =>
    source !== "too-large" && isStandInBody(source) ? [uid] : [],
  );
  for (const uid of await findGone(session, suspects, signal)) sources.delete(uid);
  await completeSources(session, sources, sizes, signal);
  const missing = heads.map(({ message }) => message.uid).filter((uid) => !sources.has(uid));
  const reasons = await whyMissing(session, missing, signal);
  return heads.map(({ message }) => {
    const source = sources.get(message.uid);
    const missing = source === undefined ? (refused.get(message.uid) ?? reasons.get(message.uid)) : undefined;
    const reason = source === "too-large" ? tooLarge(message.uid) : missing;
    const incomplete = reason ?? message.incomplete;
    return { ...message, source: source === "too-large" ? undefined : source, incomplete };
  });
}

/** Their sizes are estimates (Exchange, by default): that less comes says nothing. */
const estimatingSessions = new WeakSet<ImapSession>();

/** Of what came shorter than announced, asks for the rest. Where there is none, the announcement was wrong. */
async function completeSources(
  session: ImapSession,
  sources: Map<number, Buffer | "too-large">,
  sizes: ReadonlyMap<number, number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [uid, came] of sources) {
    const announcedBytes = sizes.get(uid) ?? 0;
    if (came === "too-large" || !isShort(came, announcedBytes)) continue;
    if (estimatingSessions.has(session)) return;
    const all = await readRest(session, { uid, path: "", isOnlyPart: false, came, announcedBytes }, signal);
    if (all.length === came.length) estimatingSessions.add(session);
    sources.set(uid, all);
  }
}

async function readAll(
  session: ImapSession,
  { uid, sizeBytes }: ImapMessage,
  windowBytes: number,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer | "too-large" | undefined> {
  const chunks: Buffer[] = [];
  let before: Buffer | undefined;
  let offset = 0;
  for (;;) {
    const window = { offset, length: windowBytes, before };
    const answer = await fetchWindow(session, uid, "", window, signal);
    if (answer === undefined) return undefined;
    const { bytes } = answer;
    chunks.push(bytes);
    before = offset === 0 && bytes.length < windowBytes ? bytes : undefined;
    offset += bytes.length;
    // The size was the server's word; what comes is what counts.
    if (offset > maxBytes) return "too-large";
    if (isLastWindow(answer, window, sizeBytes)) return offset === 0 ? undefined : Buffer.concat(chunks);
  }
}

function tooLarge(uid: number): MailError {
  const message = `Message ${uid} is larger than maxMessageBytes`;
  return new MailError(message, { code: "limit", protocol: "imap", phase: "fetch" });
}
