import { createHash } from "node:crypto";
import type { Pop3MessageInfo } from "./listing.js";
import type { FetchedMessages } from "./message-fetcher.js";
import type { Pop3Session } from "./pop3-session.js";

/** A message under a name that lasts. */
export interface IdentifiedMessage extends Pop3MessageInfo {
  /** The UIDL where it is there and nobody else has it, else a digest of the header. */
  readonly id: string;
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
): Promise<IdentifiedMessage[]> {
  const holders = new Map<string, number>();
  for (const { uidl } of listing) if (uidl !== undefined) holders.set(uidl, (holders.get(uidl) ?? 0) + 1);
  const nameless = listing.filter(({ uidl }) => uidl === undefined || holders.get(uidl) !== 1);
  const digests = await digestHeaders(
    box,
    nameless.map(({ number }) => number),
  );
  const seen = new Map<string, number>();
  return listing.flatMap((info) => {
    const digest = digests.get(info.number);
    if (digest === undefined)
      return info.uidl === undefined || holders.get(info.uidl) !== 1 ? [] : [{ ...info, id: info.uidl }];
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return [{ ...info, id: count === 1 ? digest : `${digest}#${count}` }];
  });
}

async function digestHeaders(box: Pop3Session, numbers: readonly number[]): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  if (numbers.length === 0) return digests;
  await collect(box.topEach(numbers, 0), digests);
  const left = numbers.filter((number) => !digests.has(number));
  // QUIRK: TOP is optional (RFC 1939 §7); where it is refused the whole message has to come.
  if (left.length > 0) await collect(box.fetchEach(left), digests);
  return digests;
}

async function collect(messages: FetchedMessages, digests: Map<number, string>): Promise<void> {
  for await (const item of messages) {
    if (!item.ok) continue;
    const { source } = item.value;
    const end = source.indexOf(HEADER_END);
    const header = end < 0 ? source : source.subarray(0, end + 2);
    digests.set(item.key, `sha256:${createHash("sha256").update(header).digest("base64url")}`);
  }
}
