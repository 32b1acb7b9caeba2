import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A server in a process of its own: its work does not count as that of those who are measured. */
export interface ChildServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a program of these folders (`imap/sync-server`) that tells its parent a port and ends with it. */
export async function startChildServer(
  program: string,
  args: readonly (string | number)[] = [],
): Promise<ChildServer> {
  const child = fork(fileURLToPath(new URL(`./${program}.js`, import.meta.url)), args.map(String));
  const [listening]: unknown[] = await once(child, "message");
  const stop = async (): Promise<void> => {
    child.disconnect();
    await once(child, "exit");
  };
  return { port: Number(listening), [Symbol.asyncDispose]: stop };
}
