import { createHash } from "node:crypto";
import type { MailError } from "@mailwright/core";
import type { Pop3MessageInfo } from "../session/listing.js";
import type { FetchedMessages } from "../session/message-fetcher.js";
import type { Pop3Session } from "../session/pop3-session.js";

/** A message under a name that lasts. */
export interface IdentifiedMessage extends Pop3MessageInfo {
  /** The UIDL where it is there and nobody else has it, else a digest of the header. */
  readonly id: string;
}

/** The messages of a mailbox by name, and those that got none. */
export interface IdentifiedMailbox {
  readonly messages: readonly IdentifiedMessage[];
  /** Without a UIDL of their own, and the server would not give the header either. */
  readonly nameless: readonly { readonly number: number; readonly error: MailError }[];
}

const HEADER_END = "\r\n\r\n";

/**
 * Names every message of the mailbox. A UIDL that is missing, or that two messages share, is replaced by a
 * digest of the header; of several messages with the very same header the later ones get a count.
 *
 * QUIRK: servers without UIDL, and ones that give it twice (cyrusimap/cyrus-imapd #374).
 */
export async function identifyMessages(
  box: Pop3Session,
  listing: readonly Pop3MessageInfo[],
): Promise<IdentifiedMailbox> {
  const holders = new Map<string, number>();
  for (const { uidl } of listing) if (uidl !== undefined) holders.set(uidl, (holders.get(uidl) ?? 0) + 1);
  const isNamed = ({ uidl }: Pop3MessageInfo): boolean => uidl !== undefined && holders.get(uidl) === 1;
  const unnamed = listing.filter((info) => !isNamed(info)).map(({ number }) => number);
  const { digests, nameless } = await digestHeaders(box, unnamed);
  const seen = new Map<string, number>();
  const messages = listing.flatMap((info) => {
    if (info.uidl !== undefined && isNamed(info)) return [{ ...info, id: info.uidl }];
    const digest = digests.get(info.number);
    if (digest === undefined) return [];
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return [{ ...info, id: count === 1 ? digest : `${digest}#${count}` }];
  });
  return { messages, nameless };
}

async function digestHeaders(
  box: Pop3Session,
  numbers: readonly number[],
): Promise<{ digests: Map<number, string>; nameless: { number: number; error: MailError }[] }> {
  const digests = new Map<number, string>();
  if (numbers.length === 0) return { digests, nameless: [] };
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
    if (!item.ok) {
      refused.push({ number: item.key, error: item.error });
      continue;
    }
    const { source } = item.value;
    const end = source.indexOf(HEADER_END);
    const header = end < 0 ? source : source.subarray(0, end + 2);
    digests.set(item.key, `sha256:${createHash("sha256").update(header).digest("base64url")}`);
  }
  return refused;
}
