import { MailError, type StoreResult } from "@mailwright/core";
import { existingUids } from "../fetch/existing-uids.js";
import { allSettled } from "../session/all-settled.js";
import type { ImapSession } from "../session/imap-session.js";
import { notRepeatable } from "../session/not-repeatable.js";
import type { Completion } from "../session/run-command.js";
import { expandUidSet, splitUidSets } from "../wire/uid-set.js";
import { formatModSeq, type ModSeq } from "../wire/values.js";
import { atom, numberSet, type WireArgument } from "../wire/wire-argument.js";
import { responseCode, textOf } from "../wire/wire-node.js";
import { lookAfter } from "./look-after.js";

/** How flags are changed: set to exactly these, added, or taken away. */
export type FlagOperation = "set" | "add" | "remove";

/** What to change, and on what condition. */
export interface StoreRequest {
  readonly change: FlagOperation;
  readonly flags: readonly string[];
  /** Only messages whose MODSEQ is not above this (RFC 7162 §3.1.3); needs CONDSTORE. */
  readonly unchangedSince?: ModSeq | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SYSTEM = new Set(["\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"]);
const ITEMS: Readonly<Record<FlagOperation, string>> = { set: "FLAGS", add: "+FLAGS", remove: "-FLAGS" };

/**
 * Changes flags. `updated` holds the messages whose flags are now as asked, `conflicted` those that changed
 * since `unchangedSince`; messages that are gone are in neither. `progress` is told of each as soon as it is known.
 */
export async function storeFlags(
  session: ImapSession,
  uids: readonly number[],
  request: StoreRequest,
  progress: { readonly done: Set<number>; underWay?: readonly number[] } = { done: new Set() },
): Promise<StoreResult> {
  const { unchangedSince, change, flags, signal } = request;
  requireCondstore(session, unchangedSince);
  if (change !== "remove") for (const flag of flags) requirePermanent(session, flag);
  const updated: number[] = [];
  const conflicted: number[] = [];
  const storeOne = async (part: {
    readonly uids: readonly number[];
    readonly set: string;
  }): Promise<void> => {
    progress.underWay = part.uids;
    const storing = storeSet(session, part, request);
    // QUIRK: servers answer OK to a STORE of messages that are gone, may agree to flags that they do not keep, and
    // do not all tell of flags that were as asked before (Dovecot): what there is now is asked for, in the same round trip.
    const verify = (): Promise<number[]> =>
      existingUids(session, part.uids, signal, (now) => areAsAsked(now, request));
    const verifying = unchangedSince === undefined ? verify() : lookAfter(verify);
    await allSettled<unknown>([storing, verifying]);
    const failed = await storing;
    conflicted.push(...part.uids.filter((uid) => failed.has(uid)));
    for (const uid of await verifying) {
      if (failed.has(uid)) continue;
      updated.push(uid);
      progress.done.add(uid);
    }
    progress.underWay = [];
  };
  const [first, ...others] = splitUidSets(uids);
  if (first === undefined) return { updated, conflicted };
  await storeOne(first);
  const storeOthers = async (): Promise<void> => {
    for (const part of others) await storeOne(part);
  };
  // Begun again, what was done under the condition would look like a conflict.
  await (unchangedSince === undefined ? storeOthers() : notRepeatable(storeOthers));
  return { updated, conflicted };
}

/** One UID STORE; answers with the messages that changed since. */
async function storeSet(
  session: ImapSession,
  { uids, set }: { readonly uids: readonly number[]; readonly set: string },
  { unchangedSince, change, flags, signal }: StoreRequest,
): Promise<ReadonlySet<number>> {
  const condition: WireArgument[] =
    unchangedSince === undefined
      ? []
      : [[atom("UNCHANGEDSINCE"), atom(formatModSeq(unchangedSince, "unchangedSince"))]];
  let modified: string | undefined;
  const takeModified = (code: Completion["code"]): void => {
    if (code?.name === "MODIFIED") modified = textOf(code.values[0]);
  };
  try {
    const completion = await session.command(
      "UID STORE",
      [numberSet(set), ...condition, atom(ITEMS[change]), flags.map(atom)],
      // Setting flags twice comes to the same; under a condition the first time decides about the second.
      {
        signal,
        phase: "store",
        overlap: "fetch",
        isIdempotent: unchangedSince === undefined,
        onRefusal: (response) => takeModified(responseCode(response)),
      },
    );
    takeModified(completion.code);
  } catch (error) {
    // RFC 7162 §3.1.3: a NO with the messages that have changed, because others are gone. The rest was changed.
    if (modified === undefined) throw error;
  }
  return new Set(modified === undefined ? [] : expandUidSet(modified, uids.length));
}

/** Keywords that a server adds by itself do not matter. */
function areAsAsked(now: readonly string[], { change, flags }: StoreRequest): boolean {
  const present = new Set(now.map((flag) => flag.toLowerCase()));
  const asked = new Set(flags.map((flag) => flag.toLowerCase()));
  if (change === "remove") return ![...asked].some((flag) => present.has(flag));
  if (![...asked].every((flag) => present.has(flag))) return false;
  return change === "add" || ![...SYSTEM].some((flag) => isAmong(present, flag) && !isAmong(asked, flag));
}

function isAmong(flags: ReadonlySet<string>, flag: string): boolean {
  return flags.has(flag.toLowerCase());
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

function requireCondstore(session: ImapSession, unchangedSince: ModSeq | undefined): void {
  if (unchangedSince === undefined) return;
  if (session.can("CONDSTORE") && session.selected?.highestModseq !== undefined) return;
  throw new MailError("unchangedSince needs CONDSTORE, which this server or mailbox does not have", {
    code: "unsupported",
    protocol: "imap",
    phase: "store",
  });
}
