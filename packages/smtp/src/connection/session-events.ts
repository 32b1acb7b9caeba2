import type { TransactionPhase } from "../transaction/transaction.js";

/** Who follows a delivery. */
export interface DeliveryEvents {
  /**
   * Called when only the answer to the dot is missing and the next message may begin on this session; says
   * whether one will.
   */
  readonly handOn: () => boolean;
  readonly onPhase: (phase: TransactionPhase) => void;
}
