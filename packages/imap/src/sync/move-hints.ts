import { createHash } from "node:crypto";
import type { SyncPlace } from "@mailwright/core";
import type { ImapMessage } from "../fetch/imap-message.js";

/** Messages of a folder whose identity its cursor remembers: the newest. */
const MAX_REMEMBERED = 256;
/** Messages that a run remembers to find them elsewhere. */
const MAX_WAITING = 10_000;
const KEY_CHARS = 8;

/** What a message is recognised by in another folder: EMAILID, Gmail's id, or its Message-ID. */
export function identityOf({ emailId, messageId }: ImapMessage): string | undefined {
  const name = emailId === undefined ? messageId : `emailid ${emailId}`;
  if (name === undefined || name === "") return undefined;
  return createHash("sha256").update(name).digest("base64url").slice(0, KEY_CHARS);
}

/** Who the newest messages of a folder are, so that they are recognised when they turn up elsewhere. */
export class RecentIdentities {
  readonly #keys: Map<number, string>;

  constructor(keys: Iterable<readonly [number, string]> = []) {
    this.#keys = new Map(keys);
  }

  get(uid: number): string | undefined {
    return this.#keys.get(uid);
  }

  add(messages: readonly ImapMessage[]): void {
    for (const message of messages) {
      const key = identityOf(message);
      if (key !== undefined) this.#keys.set(message.uid, key);
    }
    if (this.#keys.size <= MAX_REMEMBERED) return;
    const oldest = [...this.#keys.keys()].sort((a, b) => a - b).slice(0, -MAX_REMEMBERED);
    for (const uid of oldest) this.#keys.delete(uid);
  }

  forget(uids: Iterable<number>): void {
    for (const uid of uids) this.#keys.delete(uid);
  }

  copy(): RecentIdentities {
    return new RecentIdentities(this.#keys);
  }

  toJson(): [uid: number, key: string][] {
    return [...this.#keys];
  }
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
