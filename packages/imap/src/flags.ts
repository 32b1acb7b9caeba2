import { MailError, type StoreResult } from "@mailwright/core";
import { fetchRows } from "./fetch-rows.js";
import type { ImapSession } from "./imap-session.js";
import type { WireArgument } from "./imap-wire.js";
import { expandUidSet, formatUidSet, splitUidSets, toUids } from "./uid-set.js";
import { textOf } from "./wire-node.js";

/** How flags are changed: set to exactly these, added, or taken away. */
export type FlagChange = "set" | "add" | "remove";

/** What to change, and on what condition. */
export interface StoreRequest {
  readonly change: FlagChange;
  readonly flags: Iterable<string>;
  /** Only messages whose MODSEQ is not above this (RFC 7162 §3.1.3); needs CONDSTORE. */
  readonly unchangedSince?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SYSTEM = new Set(["\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"]);
const ITEMS: Readonly<Record<FlagChange, string>> = { set: "FLAGS", add: "+FLAGS", remove: "-FLAGS" };

/**
 * Changes flags. `updated` holds the messages whose flags are now as asked, `conflicted` those that changed
 * since `unchangedSince`; messages that are gone are in neither.
 */
export async function storeFlags(
  session: ImapSession,
  uids: number | Iterable<number>,
  request: StoreRequest,
): Promise<StoreResult> {
  const { unchangedSince, change, signal } = request;
  const flags = [...request.flags].map(checkFlag);
  requireCondstore(session, unchangedSince);
  if (change !== "remove") for (const flag of flags) requirePermanent(session, flag);
  const updated: number[] = [];
  const conflicted: number[] = [];
  for (const { uids: asked, set } of splitUidSets(toUids(uids))) {
    const condition: WireArgument[] =
      unchangedSince === undefined ? [] : [[atom("UNCHANGEDSINCE"), atom(unchangedSince.toString())]];
    const args = [
      { type: "SEQUENCE", value: set } as const,
      ...condition,
      atom(ITEMS[change]),
      flags.map(atom),
    ];
    // Setting flags twice comes to the same; under a condition the first time decides about the second.
    const isIdempotent = unchangedSince === undefined;
    const completion = await session.command("UID STORE", args, { signal, phase: "store", isIdempotent });
    const modified = completion.code?.name === "MODIFIED" ? textOf(completion.code.values[0]) : undefined;
    const failed = new Set(modified === undefined ? [] : expandUidSet(modified, asked.length));
    conflicted.push(...asked.filter((uid) => failed.has(uid)));
    const rest = asked.filter((uid) => !failed.has(uid));
    if (rest.length > 0) updated.push(...(await existing(session, rest, signal)));
  }
  return { updated, conflicted };
}

/**
 * QUIRK: servers answer OK to a STORE of messages that are gone, and not all send FETCH for flags that
 * were as asked before (Dovecot does not). Which messages there are is asked for.
 */
async function existing(
  session: ImapSession,
  uids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const rows = await fetchRows(session, formatUidSet(uids), [atom("UID")], { signal, wanted: new Set(uids) });
  return uids.filter((uid) => rows.has(uid));
}

function requirePermanent(session: ImapSession, flag: string): void {
  const permanent = session.selected?.permanentFlags;
  if (permanent === undefined || permanent.has("\\*")) return;
  if ([...permanent].some((known) => known.toLowerCase() === flag.toLowerCase())) return;
  throw new MailError(`The mailbox cannot keep the flag ${flag}`, {
    code: "permission",
    protocol: "imap",
    phase: "store",
  });
}

/** Checks that a flag is one that IMAP can carry; system flags in any case. Throws `"invalid-argument"`. */
export function checkFlag(flag: string): string {
  const system = [...SYSTEM].find((name) => name.toLowerCase() === flag.toLowerCase());
  if (system !== undefined) return system;
  if (/^[!#$&'+-Z^-z|}~[]+$/.test(flag)) return flag;
  const message = `${JSON.stringify(flag)} is neither a system flag nor a keyword`;
  throw new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "store" });
}

function requireCondstore(session: ImapSession, unchangedSince: bigint | undefined): void {
  if (unchangedSince === undefined) return;
  if (session.can("CONDSTORE") && session.selected?.highestModseq !== undefined) return;
  throw new MailError("unchangedSince needs CONDSTORE, which this server or mailbox does not have", {
    code: "unsupported",
    protocol: "imap",
    phase: "store",
  });
}

function atom(value: string): WireArgument {
  return { type: "ATOM", value };
}
