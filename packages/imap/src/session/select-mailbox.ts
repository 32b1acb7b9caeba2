import type { MailError } from "@mailwright/core";
import {
  bigintOf,
  isList,
  keywordOf,
  numberOf,
  parseNumber,
  textsOf,
  uidValidityOf,
  type WireResponse,
} from "../wire/wire-node.js";
import { identify } from "./identify.js";
import type { ImapSession } from "./imap-session.js";
import { onMailbox } from "./named-mailbox.js";
import type { CommandOptions } from "./run-command.js";
import type { SelectedMailbox } from "./selected-mailbox.js";

/** How to open a mailbox. */
export interface SelectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly epoch?: number | undefined;
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
  if (isTrusted && selected.path === path && selected.epoch === epoch) {
    selected.isFresh = false;
    return selected;
  }
  session.selected = undefined;
  try {
    session.selected = await select(session, path, epoch, options.signal);
  } catch (error) {
    if (!isUnsafeLogin(error)) throw error;
    await identify(session, options.signal);
    session.selected = await select(session, path, epoch, options.signal);
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
  { path, epoch }: SelectedMailbox,
  signal?: AbortSignal,
): Promise<SelectedMailbox> {
  session.selected = undefined;
  return selectMailbox(session, path, { signal, epoch });
}

async function select(
  session: ImapSession,
  path: string,
  epoch: number,
  signal: AbortSignal | undefined,
): Promise<SelectedMailbox> {
  const found = {
    exists: 0,
    uidValidity: undefined as number | undefined,
    uidNext: undefined as number | undefined,
    highestModseq: undefined as bigint | undefined,
    flags: new Set<string>(),
    permanentFlags: undefined as ReadonlySet<string> | undefined,
  };
  const takeCode = (response: WireResponse): void => {
    const first = response.attributes?.[0];
    if (first === null || first === undefined || isList(first) || first.section === undefined) return;
    const value = first.section[1];
    const name = keywordOf(first.section[0]);
    if (name === "UIDVALIDITY") found.uidValidity = uidValidityOf(value);
    else if (name === "UIDNEXT") found.uidNext = numberOf(value) || undefined;
    else if (name === "HIGHESTMODSEQ") found.highestModseq = bigintOf(value) || undefined;
    else if (name === "PERMANENTFLAGS") found.permanentFlags = new Set(textsOf(value));
  };
  const untagged: CommandOptions["untagged"] = {
    OK: takeCode,
    EXISTS: (response) => {
      found.exists = parseNumber(response.command) ?? found.exists;
    },
    FLAGS: (response) => {
      found.flags = new Set(textsOf(response.attributes?.[0]));
    },
  };
  const completion = await onMailbox(
    session,
    path,
    (mailbox) => session.command("SELECT", [mailbox], { signal, untagged }),
    signal,
  );
  const isReadOnly = completion.code?.name === "READ-ONLY";
  return { path, ...found, isReadOnly, epoch, openedAt: performance.now(), isFresh: true };
}

/** QUIRK: Coremail (163.com, 126.com) refuses SELECT as "Unsafe Login" until the client has sent ID. */
function isUnsafeLogin(error: unknown): error is MailError {
  return error instanceof Error && /unsafe login/i.test(error.message);
}
