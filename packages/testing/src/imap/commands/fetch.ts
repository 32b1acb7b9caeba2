import type { ImapSession } from "../session/imap-session.js";
import type { NumberedMessage, SelectedMailbox } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { type FetchItem, readFetchItems, type SimpleFetchItem } from "./fetch-items.js";
import { writeFetchResponse } from "./fetch-response.js";
import { writeVanishedEarlier } from "./vanished.js";

const YIELD_EVERY = 256;

interface Modifiers {
  readonly changedSince: number | undefined;
  readonly wantsVanished: boolean;
}

/** FETCH and UID FETCH (RFC 3501 §6.4.5), with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4.1, §3.2.6). */
export async function fetchMessages(
  session: ImapSession,
  input: ImapArguments,
  isUid: boolean,
): Promise<string> {
  input.space();
  const set = input.numberSet();
  input.space();
  const requested = readFetchItems(session, input);
  const { changedSince, wantsVanished } = readModifiers(session, input, isUid);
  input.end();
  const selected = session.requireSelected();
  const complete = completeItems(requested, isUid, changedSince !== undefined);
  const items = session.quirks.omitFetchModseq ? complete.filter((item) => item !== "MODSEQ") : complete;
  const messages = session
    .resolve(set, isUid)
    .filter(({ message }) => message.modseq > (changedSince ?? 0) && !isKeptBack(session, message.uid));
  // A client that asks for MODSEQ wants it in every later FETCH too (RFC 7162 §3.1).
  if (complete.includes("MODSEQ")) session.enabled.add("CONDSTORE");
  if (wantsVanished && changedSince !== undefined)
    writeVanishedEarlier(session, selected.mailbox, changedSince, set);
  const marksSeen = !selected.isReadOnly && items.some((item) => typeof item === "object" && item.marksSeen);
  for (const [index, numbered] of messages.entries()) {
    const isMarked = marksSeen && markSeen(selected, numbered);
    const shown = session.quirks.madeUpMessages ? withMadeUp(selected, numbered) : numbered;
    writeFetchResponse(session, shown, isMarked ? withFlags(session, items) : items);
    await session.connection.drain();
    if (index % YIELD_EVERY === YIELD_EVERY - 1) await new Promise<void>((resolve) => setImmediate(resolve));
    if (session.connection.isEnded) break;
  }
  return "OK Fetch completed.";
}

const MADE_UP = Buffer.from(
  "From: root@localhost\r\nTo: root@localhost\r\nSubject: message unavailable\r\n\r\nThis message is no longer available on the server.\r\n",
);

/** Another message in the place of one that is gone. */
function withMadeUp({ mailbox }: SelectedMailbox, { sequence, message }: NumberedMessage): NumberedMessage {
  const isThere = mailbox.get(message.uid) === message;
  return { sequence, message: isThere ? message : { ...message, raw: MADE_UP } };
}

/** Messages that SEARCH finds and FETCH never gives. */
function isKeptBack({ quirks }: ImapSession, uid: number): boolean {
  const { silentFetchUids, silentFetchEvery } = quirks;
  return (
    silentFetchUids?.includes(uid) === true ||
    (silentFetchEvery !== undefined && uid % silentFetchEvery === 0)
  );
}

function readModifiers(session: ImapSession, input: ImapArguments, isUid: boolean): Modifiers {
  let changedSince: number | undefined;
  let wantsVanished = false;
  if (input.tryCharacter(" ")) {
    input.list(() => {
      const name = input.keyword();
      if (name === "CHANGEDSINCE" && session.offers("CONDSTORE")) {
        input.space();
        changedSince = input.number();
      } else if (name === "VANISHED" && isUid && session.enabled.has("QRESYNC")) wantsVanished = true;
      else if (name === "VANISHED" && isUid && session.quirks.falseEnabled) return;
      else throw new ImapRefusal("BAD", `Unknown FETCH modifier ${name}`);
    });
  }
  if (wantsVanished && changedSince === undefined)
    throw new ImapRefusal("BAD", "VANISHED used without CHANGEDSINCE");
  return { changedSince, wantsVanished };
}

/** UID FETCH always answers UID, CHANGEDSINCE always MODSEQ. */
function completeItems(
  requested: readonly FetchItem[],
  isUid: boolean,
  isChangedSince: boolean,
): FetchItem[] {
  const items = [...requested];
  if (isUid && !items.includes("UID")) items.unshift("UID");
  if (isChangedSince && !items.includes("MODSEQ")) items.push("MODSEQ");
  return items;
}

/** A FETCH that sets `\\Seen` tells so, with the MODSEQ and UID of the change (RFC 7162 §3.2). */
function withFlags({ enabled }: ImapSession, items: readonly FetchItem[]): FetchItem[] {
  const told: SimpleFetchItem[] = ["FLAGS"];
  if (enabled.has("CONDSTORE")) told.push("MODSEQ");
  if (enabled.has("QRESYNC")) told.push("UID");
  return [...items, ...told.filter((item) => !items.includes(item))];
}

/** Marks a message when its turn comes, so that a client that is cut off has not seen those behind it; true if it was unseen. */
function markSeen(selected: SelectedMailbox, { message }: NumberedMessage): boolean {
  return selected.mailbox.updateFlags([message.uid], (flags) => [...flags, "\\Seen"], selected).length > 0;
}
