import { type ChildProcess, spawn } from "node:child_process";

/** Cleans up in place of the runner, should the runner be killed. */
export interface Reaper {
  /** Ends the guard without cleaning up: the runner did so itself. */
  dismiss(): void;
}

/** Waits for its standard input to close without the word "done"; then ends the servers and removes the folder. */
// Each master leads a process group. Cyrus's spins for ever when it is told to end while one of its children begins.
const SCRIPT = `
read -r word
[ "$word" = done ] && exit 0
masters=$(cat "$1"/*/run/master.pid "$1"/postfix/queue/pid/master.pid)
kill $masters
sleep 2
for master in $masters; do kill -s KILL -- "-$master"; done
rm -rf "$1"
`;

/** Starts the guard of a folder that holds everything of the servers, with the files that name their processes. */
export function startReaper(folder: string): Reaper {
  const guard: ChildProcess = spawn("sh", ["-c", SCRIPT, "reaper", folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return { dismiss: () => guard.stdin?.end("done\n") };
}
