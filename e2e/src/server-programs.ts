import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The Debian and Ubuntu packages that hold every program of the set-up. */
export const DEBIAN_PACKAGES = "dovecot-imapd dovecot-pop3d dovecot-lmtpd postfix openssl";

/** Versions of the installed servers; `undefined` for one that cannot be run. */
export interface ServerPrograms {
  readonly dovecot: string | undefined;
  readonly postfix: string | undefined;
}

/** Asks the installed programs for their versions. */
export async function findServerPrograms(): Promise<ServerPrograms> {
  const firstLine = async (command: string, ...args: string[]): Promise<string | undefined> => {
    try {
      return (await run(command, args)).stdout.trim();
    } catch {
      return undefined;
    }
  };
  return {
    dovecot: await firstLine("dovecot", "--version"),
    // Without a main.cf of the system postconf fails; the set-up does not need one.
    postfix: await firstLine("postconf", "-d", "-h", "mail_version"),
  };
}
