/**
 * Ways in which real servers deviate. Each is off unless named; each names where it was seen, so
 * that a client's tolerance can be tested without an account there.
 */
export interface ImapQuirks {
  /** `ENABLE` is answered `OK` without the untagged `ENABLED`, and takes effect (iCloud). */
  readonly omitEnabled?: boolean;
  /** FETCH leaves these UIDs out without a word although SEARCH reports them (Exchange). */
  readonly silentFetchUids?: readonly number[];
  /** SELECT and STATUS never mention UIDNEXT (SmarterMail, old gateways). */
  readonly omitUidNext?: boolean;
  /** `0` in place of every UIDVALIDITY (XWTec), or a new one at every SELECT. */
  readonly uidValidity?: "zero" | "changing";
  /** Subtracted from every HIGHESTMODSEQ that is told: servers restored from a backup (fail-over, Gmail's lag). */
  readonly highestModseqLag?: number;
  /** SELECT says `HIGHESTMODSEQ 0` while the mailbox is empty (Purelymail). */
  readonly zeroHighestModseqWhenEmpty?: boolean;
  /** Response codes end at the bracket: no text follows `[HIGHESTMODSEQ n]` (Gmail). */
  readonly omitHighestModseqText?: boolean;
  /** SELECT says NOMODSEQ although CONDSTORE is offered (mailboxes on old storage). */
  readonly noModseq?: boolean;
  /** Connections above this number per account are refused. */
  readonly maxConnections?: number;
  /** How they are refused. @defaultValue "limit": `NO [LIMIT]` at login (Dovecot) */
  readonly maxConnectionsAnswer?: "limit" | "alert" | "bye";
  /** CAPABILITY before login, whatever is really there (proxies that guess). */
  readonly capabilitiesBeforeLogin?: readonly string[];
  /** CAPABILITY after login, whatever is really there. */
  readonly capabilitiesAfterLogin?: readonly string[];
  /** The first n CAPABILITY answers are cut down to `IMAP4rev1 XAPPLEPUSHSERVICE` (iCloud's proxy, n = 5). */
  readonly truncatedCapabilityAnswers?: number;
  /** The login answer has no CAPABILITY code, so that clients have to ask. */
  readonly omitLoginCapabilities?: boolean;
  /** Sets that go down, such as `9:1` or `5,3`, are `BAD` (QQ). */
  readonly refuseDescendingSets?: boolean;
  /** SELECT before ID is refused as "Unsafe Login" (163.com, 126.com, Coremail). */
  readonly requireId?: boolean;
  /** STATUS answers are `()`, in LIST-STATUS too (163.com). */
  readonly emptyStatus?: boolean;
  /** LIST with RETURN (STATUS …) lists but never sends STATUS. */
  readonly omitListStatus?: boolean;
  /** BODYSTRUCTURE of these UIDs is malformed: an unbalanced list (Exchange). */
  readonly brokenBodyStructureUids?: readonly number[];
  /** After this many commands past login everything is `BAD User is authenticated but not connected.` (Exchange). */
  readonly notConnectedAfter?: number;
  /** `1:*` on an empty mailbox is `BAD` for UIDs too. */
  readonly refuseStarWhenEmpty?: boolean;
  /** VANISHED ends in a comma after its last UID, so that it cannot be read (one of iCloud's forms). */
  readonly malformedVanished?: boolean;
  /**
   * What VANISHED (EARLIER) says besides what was removed: `"missing"` names every UID that is not
   * there, those that never were too (Cyrus and others that forget, RFC 7162 §3.2.5.2);
   * `"open"` ends in a range up to `*` besides.
   */
  readonly vanishedEarlier?: "missing" | "open";
  /** MODSEQ is left out of FETCH answers although CONDSTORE is offered (SmarterMail). */
  readonly omitFetchModseq?: boolean;
  /** Nothing is announced during IDLE: "IDLE is silently dead" (Exchange Online). */
  readonly silentIdle?: boolean;
  /** The connection is cut without BYE after so long in IDLE (Gmail, about 10 minutes). */
  readonly closeIdleAfterMs?: number;
  /** NO and BAD never say why in a response code (Courier, GNU mailutils). */
  readonly omitRefusalCodes?: boolean;
  /** SEARCH for UIDs up to `*` finds nothing (GNU mailutils). */
  readonly emptyOpenUidSearch?: boolean;
  /** FETCH puts ENVELOPE between parentheses of its own: `(UID 1 (ENVELOPE (…)) …)` (Domino). */
  readonly parenthesizedEnvelope?: boolean;
}
