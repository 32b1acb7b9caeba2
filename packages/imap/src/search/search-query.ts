import type { ModSeq } from "../wire/values.js";

/**
 * What to look for; all criteria must hold. Dates are whole days (RFC 9051 §6.4.4), taken in UTC.
 * `{}` finds every message.
 */
export interface SearchQuery {
  readonly answered?: boolean | undefined;
  readonly deleted?: boolean | undefined;
  readonly draft?: boolean | undefined;
  readonly flagged?: boolean | undefined;
  readonly seen?: boolean | undefined;
  readonly recent?: boolean | undefined;
  /** A keyword that must be set, such as `$Junk`. */
  readonly keyword?: string | undefined;
  readonly unkeyword?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cc?: string | undefined;
  readonly bcc?: string | undefined;
  readonly subject?: string | undefined;
  readonly body?: string | undefined;
  /** Anywhere, headers included. */
  readonly text?: string | undefined;
  /** Field values by name; an empty value asks for the field itself. */
  readonly header?: Readonly<Record<string, string>> | undefined;
  /** Received on that day or later. */
  readonly since?: Date | undefined;
  readonly before?: Date | undefined;
  readonly on?: Date | undefined;
  /** The same by the Date header. */
  readonly sentSince?: Date | undefined;
  readonly sentBefore?: Date | undefined;
  readonly sentOn?: Date | undefined;
  /** Octets. */
  readonly larger?: number | undefined;
  readonly smaller?: number | undefined;
  /** Received less than so many seconds ago (RFC 5032). */
  readonly younger?: number | undefined;
  readonly older?: number | undefined;
  readonly uids?: Iterable<number> | undefined;
  /** Changed since; needs CONDSTORE. */
  readonly modseq?: ModSeq | undefined;
  readonly emailId?: string | undefined;
  readonly threadId?: string | undefined;
  /** Gmail's own search syntax. */
  readonly gmailRaw?: string | undefined;
  readonly gmailLabel?: string | undefined;
  /** At least one of them. */
  readonly or?: readonly SearchQuery[] | undefined;
  readonly and?: readonly SearchQuery[] | undefined;
  readonly not?: SearchQuery | undefined;
}
