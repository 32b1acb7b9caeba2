import type { MailError } from "@mailwright/core";
import type { Pop3MessageInfo } from "../session/listing.js";
import type { FetchedMessages } from "../session/message-fetcher.js";
import type { Pop3Session } from "../session/pop3-session.js";
import { digestHeader } from "./header-digest.js";

/** A message under a name that lasts. */
export interface IdentifiedMessage extends Pop3MessageInfo {
  /** The UIDL where it is there and nobody else has it, else a digest of the header, after the UIDL if it has one. */
  readonly id: string;
}

/** The messages of a mailbox by name, and those that got none. */
export interface IdentifiedMailbox {
  readonly messages: readonly IdentifiedMessage[];
  /** Without a UIDL of their own, and the server would not give the header either. */
  readonly nameless: readonly { readonly number: number; readonly error: MailError }[];
}

/** What messages were called before. */
export interface KnownNames {
  /** Without, digests alone: the cursor knows the messages by those. */
  readonly useUidls: boolean;
  has(id: string): boolean;
  /** Whether several messages had this UIDL, so that the one that is left of them needs its digest still. */
  isShared(uidl: string): boolean;
}

/** Stands in names between a UIDL that several messages have, and the digest that tells them apart; in no UIDL. */
const BETWEEN = " ";

/** The UIDL in a name that {@link identifyMessages} made for one of several messages that had it. */
export function sharedUidlOf(id: string): string | undefined {
  const at = id.indexOf(BETWEEN);
  return at <= 0 ? undefined : id.slice(0, at);
}

/**
 * Names every message of the mailbox. A UIDL that is missing is replaced by a digest of the header, and one that
 * several messages share is followed by it; of several messages with the very same header the later ones get a
 * count. A message keeps the name that is known, whoever else comes to have its UIDL, or ceases to.
 *
 * QUIRK: servers without UIDL, and ones that give it twice (cyrusimap/cyrus-imapd #374).
 */
export async function identifyMessages(
  box: Pop3Session,
  listing: readonly Pop3MessageInfo[],
  known: KnownNames,
): Promise<IdentifiedMailbox> {
  const holders = new Map<string, number>();
  for (const { uidl } of listing) if (uidl !== undefined) holders.set(uidl, (holders.get(uidl) ?? 0) + 1);
  const isAlone = (uidl: string): boolean =>
    known.useUidls && holders.get(uidl) === 1 && !known.isShared(uidl);
  const unnamed = listing.filter(({ uidl }) => uidl === undefined || !isAlone(uidl));
  const { digests, nameless } = await digestHeaders(box, unnamed);
  const seen = new Map<string, number>();
  const digested = unnamed.flatMap((info) => {
    const digest = digests.get(info.number);
    if (digest === undefined) return [];
    const name = info.uidl === undefined || !known.useUidls ? digest : `${info.uidl}${BETWEEN}${digest}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [{ ...info, id: count === 1 ? name : `${name}#${count}` }];
  });
  const names = new Map(keepPlainNames(digested, known).map(({ number, id }) => [number, id]));
  const messages = listing.flatMap((info) => {
    const id =
      names.get(info.number) ?? (info.uidl !== undefined && isAlone(info.uidl) ? info.uidl : undefined);
    return id === undefined ? [] : [{ ...info, id }];
  });
  return { messages, nameless };
}

/** A message that had its UIDL for itself when it was first seen goes on under it: the first that is not known otherwise. */
function keepPlainNames(digested: readonly IdentifiedMessage[], known: KnownNames): IdentifiedMessage[] {
  const taken = new Set<string>();
  return digested.map((message) => {
    const { uidl, id } = message;
    if (uidl === undefined || known.has(id) || !known.has(uidl) || taken.has(uidl)) return message;
    taken.add(uidl);
    return { ...message, id: uidl };
  });
}

async function digestHeaders(
  box: Pop3Session,
  unnamed: readonly Pop3MessageInfo[],
): Promise<{ digests: Map<number, string>; nameless: { number: number; error: MailError }[] }> {
  const digests = new Map<number, string>();
  if (unnamed.length === 0) return { digests, nameless: [] };
  const numbers = unnamed.map(({ number }) => number);
  const refused = await collect(box.topEach(numbers, 0), digests);
  if (refused.length === 0) return { digests, nameless: [] };
  // QUIRK: TOP is optional (RFC 1939 §7); where it is refused the whole message has to come.
  const left = refused.map(({ number }) => number);
  return { digests, nameless: await collect(box.fetchEach(left), digests) };
}

/** Adds the digests; what was refused is the answer. */
async function collect(
  messages: FetchedMessages,
  digests: Map<number, string>,
): Promise<{ number: number; error: MailError }[]> {
  const refused: { number: number; error: MailError }[] = [];
  for await (const item of messages) {
    if (item.ok) digests.set(item.key, digestHeader(item.value.source));
    else if (item.error.connectionBroken) throw item.error;
    else refused.push({ number: item.key, error: item.error });
  }
  return refused;
}
