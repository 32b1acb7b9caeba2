import { type KeptEnds, toKey } from "./message-keys.js";

/** Messages whose proofs a cursor has, where nothing else tells which folder it is of. */
export const KEPT_PROOFS: KeptEnds = { lowest: 8, highest: 8 };

/** What of a message never changes (RFC 9051 §2.3.1.1): as long as it does not, its UID means what it meant. */
export interface UnchangingParts {
  readonly receivedAt?: Date | undefined;
  readonly sizeBytes?: number | undefined;
  readonly messageId?: string | undefined;
}

/** A digest of what of a message never changes. */
export function proofOf({ receivedAt, sizeBytes = 0, messageId = "" }: UnchangingParts): string {
  return toKey(`${receivedAt?.getTime() ?? ""} ${sizeBytes} ${messageId}`);
}
