import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Which of its servers. */
export type MailutilsProgram = "imap4d" | "pop3d";

const DOMAIN = "example.test";

/** An account of {@link MailutilsServer}. */
interface MailutilsAccount {
  readonly user: string;
  readonly password: string;
}

/** GNU mailutils' imap4d or pop3d over a Maildir of one account. */
export interface MailutilsServer extends MailutilsAccount, AsyncDisposable {
  readonly port: number;
  /** Has a password that must be quoted, escaped and encoded. */
  readonly awkward: MailutilsAccount;
  deliver(source: string): Promise<void>;
  /** What the files hold. */
  contents(): Promise<string[]>;
}

/** Whether it is installed. In CI it has to be. */
export function hasMailutils(program: MailutilsProgram): boolean {
  if (existsSync(`/usr/sbin/${program}`)) return true;
  const remedy = `apt-get install --no-install-recommends mailutils-${program}`;
  if (process.env["CI"]) throw new Error(`mailutils' ${program} is missing: ${remedy}`);
  process.stdout.write(`SKIPPED mailutils: no ${program} (${remedy})\n`);
  return false;
}

/** Starts it as inetd would: one process per connection, the socket as its standard input and output. */
export async function startMailutils(program: MailutilsProgram): Promise<MailutilsServer> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-mailutils-"));
  const account = { user: `ada@${DOMAIN}`, password: "mailutils-secret" };
  const awkward = { user: `xenia@${DOMAIN}`, password: 'pä"ss \\ wörd' };
  const [uid, gid] = process.getuid?.() === 0 ? [8, 8] : [userInfo().uid, userInfo().gid];
  await chmod(folder, 0o755);
  await mkdir(join(folder, "passwd"));
  const lines = [account, awkward].map(({ user, password }) => {
    const [name = ""] = user.split("@");
    const hash = spawnSync("openssl", ["passwd", "-6", password], { encoding: "utf8" }).stdout.trim();
    return `${name}:${hash}:${uid}:${gid}::${join(folder, name)}:/bin/sh\n`;
  });
  const inbox = join(folder, "ada", "INBOX");
  for (const home of ["ada", "xenia"].map((name) => join(folder, name))) {
    const maildir = join(home, "INBOX");
    for (const path of [home, maildir, ...["cur", "new", "tmp"].map((name) => join(maildir, name))]) {
      await mkdir(path);
      await chown(path, uid, gid);
    }
  }
  await writeFile(join(folder, "passwd", DOMAIN), lines.join(""));
  const config = join(folder, `${program}.conf`);
  await writeFile(
    config,
    `auth { authorization virtdomain; authentication generic:virtdomain; }
     virtdomain { passwd-dir ${join(folder, "passwd")}; }
     mailbox { mailbox-type maildir; }
     mandatory-locking { enable no; }
     locking { type null; }
     logging { syslog no; }\n${program === "imap4d" ? "mode inetd;\nlogin-disabled no;\n" : ""}`,
  );
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const child = spawn(`/usr/sbin/${program}`, ["--inetd", `--config-file=${config}`], {
      stdio: [socket, socket, "ignore"],
    });
    children.add(child);
    child.once("exit", () => {
      children.delete(child);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  let delivered = 0;
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    ...account,
    awkward,
    deliver: async (source) => {
      const path = join(inbox, "cur", `${1_700_000_000 + ++delivered}.P1Q${delivered}.live:2,`);
      await writeFile(path, source, "latin1");
      await chown(path, uid, gid);
    },
    contents: async () => {
      const names = (await readdir(join(inbox, "cur"))).sort();
      return Promise.all(names.map((name) => readFile(join(inbox, "cur", name), "latin1")));
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
