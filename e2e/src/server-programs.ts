import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The Debian and Ubuntu packages that hold every program of the set-up. */
export const DEBIAN_PACKAGES = "dovecot-imapd dovecot-pop3d dovecot-lmtpd postfix openssl";

/** Unpacks Cyrus, whose package cannot be installed beside Dovecot's. */
export const CYRUS_UNPACKER = ".ci/unpack-cyrus";

const CYRUS_FOLDER = "/var/cache/mailwright/cyrus";

/** Runs one of Cyrus's programs. */
export const CYRUS_RUN: string = `${CYRUS_FOLDER}/run`;

/** Cyrus's daemons. Its master takes their names for files in the folder that it was built for. */
export const CYRUS_DAEMONS: string = `${CYRUS_FOLDER}/usr/lib/cyrus/bin`;

/** Versions of the installed servers; `undefined` for one that cannot be run. */
export interface ServerPrograms {
  readonly dovecot: string | undefined;
  readonly postfix: string | undefined;
  readonly cyrus: string | undefined;
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
    // "cyrus-imapd 3.6.1-Debian-3.6.1-4"
    cyrus: (await firstLine(CYRUS_RUN, "master", "-V"))?.replace(/^cyrus-imapd /, ""),
  };
}
