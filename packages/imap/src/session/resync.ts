import { isMailError } from "@mailwright/core";
import { parseVanished } from "../wire/answers/vanished.js";
import type { UidRange } from "../wire/uid-set.js";
import { formatModSeq, type ModSeq } from "../wire/values.js";
import { atom, numberSet, type WireArgument } from "../wire/wire-argument.js";
import type { WireResponse } from "../wire/wire-node.js";
import type { ImapSession } from "./imap-session.js";
import type { CommandOptions } from "./run-command.js";

/** What is known of a mailbox, and who hears of what has happened to it since (QRESYNC, RFC 7162 §3.2.5). */
export interface ResyncRequest {
  /** With another one by now the server tells nothing: that of the opened mailbox says so. */
  readonly uidValidity: number;
  readonly modSeq: ModSeq;
  /** The UIDs that are asked about, as a set that fits a line; all that were ever told when it is left out. */
  readonly knownUids?: string | undefined;
  /** Some messages by both their numbers: spares servers that forget removals from naming all. */
  readonly sequenceMatch?: { readonly sequences: string; readonly uids: string } | undefined;
  /** Messages that are gone. A server may name UIDs that were never known. */
  readonly vanished: (ranges: readonly UidRange[]) => void;
  /** A FETCH with UID, FLAGS and MODSEQ of a message that is new or has changed; `false` leaves it to others. */
  readonly fetched: (response: WireResponse) => unknown;
}

/**
 * Switches QRESYNC on, for as long as the session lives: removals are told by UID from then on. `false` where the server
 * has none, or does not say that it is on.
 *
 * QUIRK: iCloud announces it, answers OK, and does nothing of it.
 */
export async function enableQresync(session: ImapSession, signal?: AbortSignal): Promise<boolean> {
  const { enabled } = session.wire;
  if (enabled.has("QRESYNC")) return true;
  if (!session.can("QRESYNC") || !session.can("ENABLE")) return false;
  // RFC 9051 §6.3.1: ENABLE is for the time in which no mailbox is open.
  if (session.selected !== undefined) {
    if (!session.can("UNSELECT")) return false;
    await session.command("UNSELECT", [], { signal });
    session.selected = undefined;
  }
  try {
    await session.command("ENABLE", [atom("QRESYNC")], { signal });
  } catch (error) {
    if (!isMailError(error) || error.connectionBroken || error.code === "aborted") throw error;
  }
  return enabled.has("QRESYNC");
}

/** The parameters of SELECT or EXAMINE that ask for it. */
export function resyncParameters({
  uidValidity,
  modSeq,
  knownUids,
  sequenceMatch,
}: ResyncRequest): WireArgument[] {
  const known = knownUids === undefined ? [] : [numberSet(knownUids)];
  const match =
    sequenceMatch === undefined ? [] : [[numberSet(sequenceMatch.sequences), numberSet(sequenceMatch.uids)]];
  const parameters = [atom(String(uidValidity)), atom(formatModSeq(modSeq, "modSeq")), ...known, ...match];
  return [atom("QRESYNC"), parameters];
}

/** Hands the answers over; what others do meanwhile is for the session. */
export function resyncHandlers({
  fetched,
  vanished,
}: Pick<ResyncRequest, "vanished" | "fetched">): NonNullable<CommandOptions["untagged"]> {
  return {
    FETCH: fetched,
    VANISHED: (response) => {
      const { isEarlier, ranges } = parseVanished(response);
      if (isEarlier) vanished(ranges);
      return isEarlier;
    },
  };
}
