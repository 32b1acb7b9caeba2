import type { HeaderField } from "@mailwright/mime";

/** What happened to a message for one recipient (RFC 3464 §2.3). */
export interface ReportedRecipient {
  /** The address that the report is about: the final one, else the original one. */
  readonly recipient: string;
  /** The address that the sender had used, where the report gives it. */
  readonly originalRecipient: string | undefined;
  readonly action: "failed" | "delayed" | "delivered" | "relayed" | "expanded";
  /** Enhanced status code (RFC 3463), `"5.1.1"`; worked out from the reply or the wording when none is given. */
  readonly status: string;
  /** Whether `status` stood in the report; else it was worked out, and says no more than its class when it ends in `.0.0`. */
  readonly isStatusGiven: boolean;
  /** SMTP reply code of the refusing server, `"550"`. */
  readonly replyCode: string | undefined;
  /** The refusing server's words. */
  readonly diagnostic: string | undefined;
  readonly remoteMta: string | undefined;
}

/** A delivery status notification, or a bounce in a mail system's own form. */
export interface DeliveryReport {
  /** Whether it has the parts of RFC 3464; else it was read from its wording. */
  readonly isStandard: boolean;
  readonly recipients: readonly ReportedRecipient[];
  readonly reportingMta: string | undefined;
  readonly arrivalDate: Date | undefined;
  readonly originalEnvelopeId: string | undefined;
  /** Message-ID of the message that was reported on, from the copy that came with the report. */
  readonly originalMessageId: string | undefined;
  readonly originalSubject: string | undefined;
  /** The header of the message that was reported on, as far as it came back: in order, decoded; empty when none did. */
  readonly originalHeaders: readonly HeaderField[];
  /** There were more recipients than are read (a thousand). */
  readonly isTruncated: boolean;
}
