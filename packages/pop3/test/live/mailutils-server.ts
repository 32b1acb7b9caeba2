import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const PROGRAM = "/usr/sbin/pop3d";

/** GNU mailutils' pop3d over a Maildir of one account. */
export interface MailutilsServer extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  deliver(source: string): Promise<void>;
  /** What the files hold. */
  contents(): Promise<string[]>;
}

/** Whether it is installed. In CI it has to be. */
export function hasMailutils(): boolean {
  if (existsSync(PROGRAM)) return true;
  if (process.env["CI"]) throw new Error(`${PROGRAM} is missing: apt-get install mailutils-pop3d`);
  console.log("SKIPPED mailutils: no pop3d (apt-get install --no-install-recommends mailutils-pop3d)");
  return false;
}

/** Starts it as inetd would: one process per connection, the socket as its standard input and output. */
export async function startMailutils(): Promise<MailutilsServer> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-mailutils-"));
  const [user, password, domain] = ["ada", "mailutils-secret", "example.test"];
  const [uid, gid] = process.getuid?.() === 0 ? [8, 8] : [userInfo().uid, userInfo().gid];
  const inbox = join(folder, "mail", "INBOX");
  await chmod(folder, 0o755);
  await mkdir(join(folder, "passwd"));
  for (const path of [
    join(folder, "mail"),
    inbox,
    ...["cur", "new", "tmp"].map((name) => join(inbox, name)),
  ]) {
    await mkdir(path);
    await chown(path, uid, gid);
  }
  const hash = spawnSync("openssl", ["passwd", "-6", password], { encoding: "utf8" }).stdout.trim();
  await writeFile(
    join(folder, "passwd", domain),
    `${user}:${hash}:${uid}:${gid}::${join(folder, "mail")}:/bin/sh\n`,
  );
  const config = join(folder, "pop3d.conf");
  await writeFile(
    config,
    `auth { authorization virtdomain; authentication generic:virtdomain; }
     virtdomain { passwd-dir ${join(folder, "passwd")}; }
     mailbox { mailbox-type maildir; }
     mandatory-locking { enable no; }
     locking { type null; }
     logging { syslog no; }\n`,
  );
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const child = spawn(PROGRAM, ["--inetd", `--config-file=${config}`], {
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
    user: `${user}@${domain}`,
    password,
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
