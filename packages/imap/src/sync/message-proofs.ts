import { createHash } from "node:crypto";

/** Messages that stand for a folder: so many of the lowest UIDs, and so many of the highest. */
const MAX_AT_EACH_END = 8;
const PROOF_CHARS = 8;

/** What of a message never changes (RFC 9051 §2.3.1.1): as long as it does not, its UID means what it meant. */
export interface UnchangingParts {
  readonly receivedAt?: Date | undefined;
  readonly sizeBytes?: number | undefined;
  readonly messageId?: string | undefined;
}

/** A digest of what of a message never changes. */
export function proofOf({ receivedAt, sizeBytes = 0, messageId = "" }: UnchangingParts): string {
  const text = `${receivedAt?.getTime() ?? ""} ${sizeBytes} ${messageId}`;
  return createHash("sha256").update(text).digest("base64url").slice(0, PROOF_CHARS);
}

/** What some messages of a folder were, so that a folder without a UIDVALIDITY is recognised by them. */
export class MessageProofs {
  readonly #proofs: Map<number, string>;

  constructor(proofs: Iterable<readonly [number, string]> = []) {
    this.#proofs = new Map(proofs);
  }

  get(uid: number): string | undefined {
    return this.#proofs.get(uid);
  }

  /** Takes in what messages are; of many, those at both ends are kept. */
  add(proofs: Iterable<readonly [uid: number, proof: string]>): void {
    for (const [uid, proof] of proofs) this.#proofs.set(uid, proof);
    const uids = [...this.#proofs.keys()].sort((a, b) => a - b);
    for (const uid of uids.slice(MAX_AT_EACH_END, -MAX_AT_EACH_END)) this.#proofs.delete(uid);
  }

  forget(uids: Iterable<number>): void {
    for (const uid of uids) this.#proofs.delete(uid);
  }

  copy(): MessageProofs {
    return new MessageProofs(this.#proofs);
  }

  toJson(): [uid: number, proof: string][] {
    return [...this.#proofs];
  }
}
