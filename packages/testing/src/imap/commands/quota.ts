import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

const ROOT = "User quota";
const KIBIBYTE = 1024;

/** GETQUOTAROOT (RFC 9208 §4.1.3): one root for the whole account, none without a limit. */
export function getQuotaRoot(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const mailbox = account.mailbox(session.decodePath(input.astring()));
  input.end();
  const root = account.quotaBytes === undefined ? "" : ` "${ROOT}"`;
  session.untagged(`QUOTAROOT ${session.encodePath(mailbox.path)}${root}`);
  writeQuota(session);
  return "OK Getquotaroot completed.";
}

/** GETQUOTA (RFC 9208 §4.1.2). */
export function getQuota(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const root = input.astring();
  input.end();
  if (root !== ROOT || account.quotaBytes === undefined)
    throw new ImapRefusal("NO", "Quota root doesn't exist.", "NONEXISTENT");
  writeQuota(session);
  return "OK Getquota completed.";
}

function writeQuota(session: ImapSession): void {
  const { quotaBytes, usedBytes } = session.requireAccount();
  if (quotaBytes === undefined) return;
  // In units of 1024 octets (RFC 9208 §5.1), rounded so that never more room is told than there is.
  const used = Math.ceil(usedBytes / KIBIBYTE);
  session.untagged(`QUOTA "${ROOT}" (STORAGE ${used} ${Math.floor(quotaBytes / KIBIBYTE)})`);
}
