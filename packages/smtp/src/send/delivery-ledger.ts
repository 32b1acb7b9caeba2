import type { DeliveryAttempt, RecipientResult } from "@mailwright/core";

/** One attempt that is about to begin. Everything a later process needs to look for the message. */
export interface LedgerEntry {
  readonly messageId: string;
  readonly idempotencyKey?: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly from: string;
  /** Those that this attempt goes to. */
  readonly recipients: readonly string[];
  readonly startedAt: Date;
}

/** How an attempt ended. An entry that began and never finished was cut short by a crash: its fate is unknown. */
export interface LedgerOutcome extends LedgerEntry {
  readonly outcome: DeliveryAttempt;
  /** What became of the recipients of this attempt. */
  readonly results: readonly RecipientResult[];
}

/** Keeps a durable record of attempts. */
export interface DeliveryLedger {
  /**
   * Awaited when a connection is at hand and before anything of the attempt goes out, so that messages in line have not
   * begun; what it throws keeps the message from being sent.
   */
  begin(entry: LedgerEntry): void | Promise<void>;
  /** Awaited after the attempt; what it throws is logged and changes no result. */
  finish(outcome: LedgerOutcome): void | Promise<void>;
}
