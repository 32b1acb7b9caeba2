import type { SyncPlace } from "@mailwright/core";
import type { ImapMessage } from "../fetch/imap-message.js";
import { type KeptEnds, toKey } from "./message-keys.js";

/** Messages of a folder whose identity its cursor remembers, so that they are recognised when they turn up elsewhere. */
export const KEPT_IDENTITIES: KeptEnds = { lowest: 0, highest: 256 };
/** Messages that a run remembers to find them elsewhere. */
const MAX_WAITING = 10_000;

/** What a message is recognised by in another folder: EMAILID, Gmail's id, or its Message-ID. */
export function identityOf({ emailId, messageId }: ImapMessage): string | undefined {
  const name = emailId === undefined ? messageId : `emailid ${emailId}`;
  return name === undefined || name === "" ? undefined : toKey(name);
}

/** A message that has gone from one place and come to another. */
export interface MoveHint {
  readonly type: "moved";
  readonly from: SyncPlace<number>;
  readonly to: SyncPlace<number>;
}

/** Puts together what the folders of an account lose and gain in one run. */
export class MoveHints {
  readonly #gained = new Map<string, SyncPlace<number>>();
  readonly #lost = new Map<string, SyncPlace<number>>();

  /** A message has come; the answer says from where, if that is known. */
  gained(to: SyncPlace<number>, key: string | undefined): MoveHint[] {
    return this.#meet(key, this.#lost, this.#gained, to, (from) => ({ type: "moved", from, to }));
  }

  /** A message has gone; the answer says where to, if that is known. */
  lost(from: SyncPlace<number>, key: string | undefined): MoveHint[] {
    return this.#meet(key, this.#gained, this.#lost, from, (to) => ({ type: "moved", from, to }));
  }

  #meet(
    key: string | undefined,
    others: Map<string, SyncPlace<number>>,
    own: Map<string, SyncPlace<number>>,
    place: SyncPlace<number>,
    hint: (other: SyncPlace<number>) => MoveHint,
  ): MoveHint[] {
    if (key === undefined) return [];
    const other = others.get(key);
    if (other !== undefined) {
      others.delete(key);
      return [hint(other)];
    }
    own.set(key, place);
    const [oldest] = own.keys();
    if (own.size > MAX_WAITING && oldest !== undefined) own.delete(oldest);
    return [];
  }
}
