import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { ACCOUNT, environment, listen, MAIL, makeFolder, type OtherServer, OVERLAY } from "./unpacked.js";

const POPA3D = `${OVERLAY}
  mount --bind "$DATA" /var/mail
  mount -t tmpfs tmpfs /var/lib
  mkdir -m 755 /var/lib/popa3d
  echo popa3d:x:65533:65534::/nonexistent:/bin/false >>/etc/passwd
  echo "ada:x:8:8::$DATA:/bin/sh" >>/etc/passwd
  echo "ada:$HASH:19000:0:99999:7:::" >>/etc/shadow
  exec /usr/sbin/popa3d
`;

/** popa3d over an mbox file, one process per connection as by inetd. */
export async function startPopa3d(messages: readonly string[]): Promise<OtherServer> {
  const folder = await makeFolder();
  const data = join(folder, "data");
  await mkdir(data);
  await chown(data, 0, MAIL);
  await chmod(data, 0o2775);
  const spool = join(data, ACCOUNT.user);
  const envelope = "From bob@example.test Thu Nov  5 10:00:00 2026\n";
  await writeFile(spool, messages.map((text) => `${envelope}${text}\n`).join(""), {
    encoding: "latin1",
    mode: 0o660,
  });
  await chown(spool, MAIL, MAIL);
  const children = new Set<ChildProcess>();
  let started = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const own = join(folder, String(++started));
    const child = spawn("unshare", ["-m", "sh", "-c", POPA3D], {
      env: environment("popa3d", own, data),
      stdio: [socket, socket, "ignore"],
    });
    children.add(child);
    child.once("exit", () => {
      children.delete(child);
      socket.destroy();
    });
  });
  const port = await listen(server);
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return { port, ...ACCOUNT, mailbox: spool, [Symbol.asyncDispose]: stop };
}
