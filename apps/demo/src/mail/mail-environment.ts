import type { HostPolicy } from "@mailwright/core";
import type { Database } from "../db/open-database.js";
import type { Keyring } from "../store/envelope.js";
import type { AddressPolicy } from "./checked-agent.js";
import type { MailLog } from "./mail-log.js";
import type { SliceBounds } from "./sync/slice-budget.js";
import type { WireLog } from "./wire-log.js";

/** What everything that speaks with mail servers shares. */
export interface MailEnvironment {
  readonly database: Database;
  readonly keyring: Keyring;
  /** Which servers accounts may name; all without one. */
  readonly hostPolicy?: HostPolicy | undefined;
  /** Where webhooks may lead; to public addresses without one. */
  readonly webPolicy?: AddressPolicy | undefined;
  /** A certificate authority to trust beside the usual ones, in PEM: the embedded servers have one of their own. */
  readonly ca?: string | undefined;
  readonly wireLog: WireLog;
  /** Where the program writes its log; nowhere without it. */
  readonly log?: MailLog | undefined;
  /** How long leases and claims last without a beat; what the store has by default without it. */
  readonly leaseSeconds?: number | undefined;
  /** How many messages an account may send in a minute whose provider does not say; without it as many as it can. */
  readonly sendPerMinute?: number | undefined;
  /** How much of an account is read before others of the same process have their turn, and its inbox again. */
  readonly slice?: SliceBounds | undefined;
  readonly now: () => Date;
}
