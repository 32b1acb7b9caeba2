import type { ServerProfile } from "./server-profile.js";

/** A promise that servers are known to break, alone, so that a client can be tested against each. */
export type BrokenClaim =
  | "false-enabled"
  | "modseq-goes-back"
  | "exists-lies"
  | "stray-vanished"
  | "zero-uidvalidity"
  | "keeps-back";

/** Otherwise the servers keep to the standards. */
export const brokenClaims: Readonly<Record<BrokenClaim, ServerProfile>> = {
  "false-enabled": { imap: { quirks: { falseEnabled: true } } },
  "modseq-goes-back": { imap: { quirks: { modseqGoesBack: 10 } } },
  "exists-lies": { imap: { quirks: { existsExcess: 1 } } },
  "stray-vanished": { imap: { quirks: { strayVanished: true } } },
  "zero-uidvalidity": { imap: { quirks: { uidValidity: "zero" } } },
  "keeps-back": { imap: { quirks: { silentFetchEvery: 3 } } },
};
