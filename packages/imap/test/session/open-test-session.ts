import { openSession } from "../../src/connection/open-session.js";
import { toImapAccount } from "../../src/imap-options.js";
import type { ImapSession } from "../../src/session/imap-session.js";

/** A session of ada's with a server on this machine, without a client above it. */
export function openTestSession(port: number): Promise<ImapSession> {
  const account = toImapAccount({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
  });
  return openSession(account, "test");
}
