import { type ChildProcess, spawn } from "node:child_process";

/** Cleans up in place of the runner, should the runner be killed. */
export interface Reaper {
  /** Ends the guard without cleaning up: the runner did so itself. */
  dismiss(): void;
}

/** Waits for its standard input to close without the word "done"; then ends the servers and removes the folder. */
const SCRIPT = `
read -r word
[ "$word" = done ] && exit 0
for file in "$1"/*/run/master.pid "$1"/postfix/queue/pid/master.pid; do
  [ -f "$file" ] && kill $(cat "$file")
done
sleep 2
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
