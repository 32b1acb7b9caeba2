import { MailError } from "@mailwright/core";
import type { ImapSession } from "./imap-session.js";

/** Rejects with `"unsupported"` for a server without the capability. */
export function requireCapability(session: ImapSession, capability: string): void {
  if (session.can(capability)) return;
  throw new MailError(`The server has no ${capability}`, {
    code: "unsupported",
    protocol: "imap",
    phase: capability.toLowerCase(),
    connectionId: session.connectionId,
  });
}
