import type { MailError } from "@mailwright/core";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { withExtras } from "./announced-extras.js";
import { identify } from "./identify.js";
import type { ImapSession } from "./imap-session.js";
import { MailboxReport } from "./mailbox-report.js";
import { onMailbox } from "./named-mailbox.js";
import { type ResyncRequest, resyncHandlers, resyncParameters } from "./resync.js";
import type { Completion } from "./run-command.js";
import type { SelectedMailbox } from "./selected-mailbox.js";

/** How to open a mailbox. */
export interface SelectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly epoch?: number | undefined;
  /** Nothing will be changed: EXAMINE will do. @defaultValue false */
  readonly isReading?: boolean | undefined;
  /** Asks what has happened since; the mailbox is opened anew for it. Takes `enableQresync` before. */
  readonly resync?: ResyncRequest | undefined;
}

/**
 * How long an open mailbox is taken for the one of its name. QUIRK: some servers let a session look at a
 * mailbox that others have deleted, or replaced by another of the same name, for as long as it is open.
 */
const TRUSTED_MS = 60_000;

/** Opens a mailbox on a session unless it is open. Rejects with `"not-found"`, `"permission"` and the like. */
export async function selectMailbox(
  session: ImapSession,
  path: string,
  options: SelectOptions = {},
): Promise<SelectedMailbox> {
  const { selected } = session;
  const epoch = options.epoch ?? 0;
  const isTrusted = selected !== undefined && performance.now() - selected.openedAt < TRUSTED_MS;
  const isEnough = options.isReading === true || selected?.isExamined === false;
  const isKnown = isTrusted && isEnough && options.resync === undefined;
  if (isKnown && selected.path === path && selected.epoch === epoch) {
    selected.isFresh = false;
    return selected;
  }
  session.selected = undefined;
  try {
    session.selected = await select(session, path, epoch, options);
  } catch (error) {
    if (!isUnsafeLogin(error)) throw error;
    await identify(session, options.signal);
    session.selected = await select(session, path, epoch, options);
  }
  return session.selected;
}

/**
 * Brings in what others have done to a mailbox that is open: by NOOP, and by opening it again when there is reason to
 * doubt that its name still stands for it. Mostly one round trip.
 *
 * QUIRK: a session goes on with a mailbox that others have deleted or renamed, and does not see a new one of its name.
 * Cyrus tells that all messages are gone and finds none from then on; Dovecot says `* NO Internal error` and finds what
 * there was.
 */
export async function refreshMailbox(
  session: ImapSession,
  mailbox: SelectedMailbox,
  signal?: AbortSignal,
): Promise<SelectedMailbox> {
  if (mailbox.exists > 0) {
    let hasComplaint = false;
    const complain = (): void => {
      hasComplaint = true;
    };
    await session.command("NOOP", [], { signal, untagged: { NO: complain } });
    if (mailbox.exists > 0 && !hasComplaint) return mailbox;
  }
  return reopenMailbox(session, mailbox, signal);
}

/** Opens a mailbox again: whatever has its name now. */
export function reopenMailbox(
  session: ImapSession,
  { path, epoch, isExamined }: SelectedMailbox,
  signal?: AbortSignal,
): Promise<SelectedMailbox> {
  session.selected = undefined;
  return selectMailbox(session, path, { signal, epoch, isReading: isExamined });
}

async function select(
  session: ImapSession,
  path: string,
  epoch: number,
  { signal, isReading = false, resync }: SelectOptions,
): Promise<SelectedMailbox> {
  const isExamined = isReading && !forgetsExamined(session);
  let report = new MailboxReport();
  const run = async (mailbox: WireArgument, parameters: readonly WireArgument[]): Promise<Completion> => {
    report = new MailboxReport();
    const handlers = resync === undefined ? {} : resyncHandlers(resync);
    return session.command(
      isExamined ? "EXAMINE" : "SELECT",
      parameters.length === 0 ? [mailbox] : [mailbox, parameters],
      { signal, phase: "select", untagged: { ...report.untagged, ...handlers } },
    );
  };
  const open = (mailbox: WireArgument): Promise<Completion> => {
    if (resync !== undefined) return run(mailbox, resyncParameters(resync));
    const extras = condstoreParameters(session);
    if (extras.length === 0) return run(mailbox, []);
    return withExtras(session, "SELECT", (isFull) => run(mailbox, isFull ? extras : []));
  };
  const completion = await onMailbox(session, path, open, signal);
  return {
    path,
    ...report.facts,
    isReadOnly: isExamined || completion.code?.name === "READ-ONLY",
    isExamined,
    epoch,
    openedAt: performance.now(),
    isFresh: true,
  };
}

/** Asks for MODSEQs with the mailbox where no ENABLE did. */
function condstoreParameters(session: ImapSession): WireArgument[] {
  const { enabled } = session.wire;
  const isOn = enabled.has("CONDSTORE") || enabled.has("QRESYNC");
  return isOn || !session.can("CONDSTORE") ? [] : [atom("CONDSTORE")];
}

/**
 * QUIRK: Courier keeps nothing of what EXAMINE shows: the next session sees other UIDs for the same messages, under
 * another UIDVALIDITY where nobody has selected the mailbox yet. It says that it is Courier only in its greeting, and
 * shows it by capabilities that nobody else has.
 */
function forgetsExamined(session: ImapSession): boolean {
  return ["ACL2=UNION", "XMAGICTRASH"].some((name) => session.can(name));
}

/** QUIRK: Coremail (163.com, 126.com) refuses SELECT as "Unsafe Login" until the client has sent ID. */
function isUnsafeLogin(error: unknown): error is MailError {
  return error instanceof Error && /unsafe login/i.test(error.message);
}

/** QUIRK: Courier refuses to store messages in the folder that the session has open for reading, whoever asks. */
export async function openForWriting(
  session: ImapSession,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const { selected } = session;
  if (selected?.isExamined !== true || selected.path !== path) return;
  await selectMailbox(session, path, { signal, epoch: selected.epoch });
}
