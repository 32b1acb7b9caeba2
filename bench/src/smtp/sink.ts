import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Postfix's server that takes everything and keeps nothing. */
export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
}

/** The sink goes when its input ends: so it does not outlive a benchmark that is killed. */
const WHILE_WATCHED = 'command -v smtp-sink || exit; smtp-sink "$@" & cat; kill $!; wait';

/** Starts smtp-sink; `undefined` when it is not installed (Debian: postfix). */
export async function startSmtpSink(): Promise<SmtpSink | undefined> {
  const port = await freePort();
  const asRoot = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("sh", ["-c", WHILE_WATCHED, "sh", ...asRoot, `127.0.0.1:${port}`, "1000"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  if (await isListening(port, child)) return { port, [Symbol.asyncDispose]: stop };
  await stop();
  return undefined;
}

/** Milliseconds that Postfix's own load generator takes. */
export async function timeSmtpSource(
  port: number,
  load: { readonly messages: number; readonly connections: number; readonly sizeBytes: number },
): Promise<number> {
  const { messages, connections, sizeBytes } = load;
  // -d: one session for many messages, as the pools have it.
  const args = ["-d", "-m", String(messages), "-s", String(connections), "-l", String(sizeBytes)];
  const since = performance.now();
  await promisify(execFile)("smtp-source", [...args, `127.0.0.1:${port}`]);
  return performance.now() - since;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function isListening(port: number, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < 50 && child.exitCode === null; tries++) {
    const socket = connect(port, "127.0.0.1");
    const listens = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (listens) return true;
    await sleep(50);
  }
  return false;
}
