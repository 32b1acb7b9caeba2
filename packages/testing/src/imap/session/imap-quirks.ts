import type { OptionNames } from "../../options/known-options.js";

/**
 * Ways in which real servers deviate. Each is off unless named; each names where it was seen, so
 * that a client's tolerance can be tested without an account there.
 */
export interface ImapQuirks {
  /** `ENABLE` is answered `OK` without the untagged `ENABLED`, and takes effect (iCloud). */
  readonly omitEnabled?: boolean;
  /** `ENABLE` is answered `ENABLED` and changes nothing: what QRESYNC would tell is left out (iCloud). */
  readonly falseEnabled?: boolean;
  /** FETCH leaves these UIDs out without a word although SEARCH reports them (Exchange). */
  readonly silentFetchUids?: readonly number[];
  /** FETCH leaves out every UID that this divides. */
  readonly silentFetchEvery?: number;
  /** Added to every EXISTS; below zero EXISTS says too little. STATUS and SEARCH tell the truth. */
  readonly existsExcess?: number;
  /** SELECT and STATUS never mention UIDNEXT (SmarterMail, old gateways). */
  readonly omitUidNext?: boolean;
  /** `0` in place of every UIDVALIDITY (XWTec), or a new one at every SELECT. */
  readonly uidValidity?: "zero" | "changing";
  /** Subtracted from every HIGHESTMODSEQ that is told: servers restored from a backup (fail-over, Gmail's lag). */
  readonly highestModseqLag?: number;
  /** Subtracted from every second HIGHESTMODSEQ that SELECT tells of a mailbox (servers behind one name that are not in step). */
  readonly modseqGoesBack?: number;
  /** SELECT says `HIGHESTMODSEQ 0` while the mailbox is empty (Purelymail). */
  readonly zeroHighestModseqWhenEmpty?: boolean;
  /** Response codes end at the bracket: no text follows `[HIGHESTMODSEQ n]` (Gmail). */
  readonly omitHighestModseqText?: boolean;
  /** SELECT says NOMODSEQ although CONDSTORE is offered (mailboxes on old storage). */
  readonly noModseq?: boolean;
  /** Connections above this number per account are refused. */
  readonly maxConnections?: number;
  /**
   * How they are refused; `"close"` hangs up before the greeting, whoever it is (Courier's MAXPERIP).
   * @defaultValue "limit": `NO [LIMIT]` at login (Dovecot)
   */
  readonly maxConnectionsAnswer?: "limit" | "alert" | "bye" | "close";
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
  /** VANISHED comes with any answer, FETCH, STORE and SEARCH included, and without a command too (several). */
  readonly strayVanished?: boolean;
  /**
   * What VANISHED (EARLIER) says besides what was removed: `"missing"` names every UID that is not
   * there, those that never were too (Cyrus and others that forget, RFC 7162 §3.2.5.2);
   * `"open"` ends in a range up to `*` besides.
   */
  readonly vanishedEarlier?: "missing" | "open";
  /** MODSEQ is left out of FETCH answers although CONDSTORE is offered (SmarterMail). */
  readonly omitFetchModseq?: boolean;
  /** After so many notifications NOTIFY ends with `NOTIFICATIONOVERFLOW` (RFC 5465 §5.8). */
  readonly notifyOverflowAfter?: number;
  /** Nothing is announced during IDLE: "IDLE is silently dead" (Exchange Online). */
  readonly silentIdle?: boolean;
  /** The connection is cut without BYE after so long in IDLE (Gmail, about 10 minutes). */
  readonly closeIdleAfterMs?: number;
  /** NO and BAD never say why in a response code (Courier, GNU mailutils). */
  readonly omitRefusalCodes?: boolean;
  /** SEARCH for UIDs up to `*` finds nothing (GNU mailutils). */
  readonly emptyOpenUidSearch?: boolean;
  /** FETCH of a message that somebody else removed gives a made-up one in its place, from `root@localhost` (Courier). */
  readonly madeUpMessages?: boolean;
  /** A multipart/report is one leaf in BODYSTRUCTURE, and BODY[1] of it is empty (Courier). */
  readonly reportsAreLeaves?: boolean;
  /** All mailboxes but INBOX are below this, whose last character stands between levels: `INBOX.` (Courier). */
  readonly namespacePrefix?: string;
  /** Mailbox names stand without quotes, blanks or not: in `STATUS` (GNU mailutils), in `LIST`, or in all answers (Exchange). */
  readonly bareNames?: "LIST" | "STATUS" | "all";
  /** Tabs in mailbox names stand as they are instead of in modified UTF-7 (Exchange). */
  readonly rawTabs?: boolean;
  /** COPY and MOVE never tell the new UIDs, although UIDPLUS is offered (Exchange). */
  readonly omitCopyUid?: boolean;
  /** Quotes and backslashes in an ENVELOPE are not escaped (Gmail). */
  readonly unescapedEnvelope?: boolean;
  /** FETCH puts ENVELOPE between parentheses of its own: `(UID 1 (ENVELOPE (…)) …)` (Domino). */
  readonly parenthesizedEnvelope?: boolean;
}

/** Every quirk by name. */
export const imapQuirkNames: OptionNames<ImapQuirks> = {
  omitEnabled: true,
  falseEnabled: true,
  silentFetchUids: true,
  silentFetchEvery: true,
  existsExcess: true,
  omitUidNext: true,
  uidValidity: true,
  highestModseqLag: true,
  modseqGoesBack: true,
  zeroHighestModseqWhenEmpty: true,
  omitHighestModseqText: true,
  noModseq: true,
  maxConnections: true,
  maxConnectionsAnswer: true,
  capabilitiesBeforeLogin: true,
  capabilitiesAfterLogin: true,
  truncatedCapabilityAnswers: true,
  omitLoginCapabilities: true,
  refuseDescendingSets: true,
  requireId: true,
  emptyStatus: true,
  omitListStatus: true,
  brokenBodyStructureUids: true,
  notConnectedAfter: true,
  refuseStarWhenEmpty: true,
  malformedVanished: true,
  strayVanished: true,
  vanishedEarlier: true,
  omitFetchModseq: true,
  notifyOverflowAfter: true,
  silentIdle: true,
  closeIdleAfterMs: true,
  omitRefusalCodes: true,
  emptyOpenUidSearch: true,
  madeUpMessages: true,
  reportsAreLeaves: true,
  namespacePrefix: true,
  bareNames: true,
  rawTabs: true,
  omitCopyUid: true,
  unescapedEnvelope: true,
  parenthesizedEnvelope: true,
};
