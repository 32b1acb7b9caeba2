import { AsyncLocalStorage } from "node:async_hooks";

interface RunningTask {
  readonly owner: object;
  /** The task that this one was started in. */
  readonly outer: RunningTask | undefined;
  isOver: boolean;
}

/**
 * QUIRK: one for all. Node 20 hands each storage that was ever used to every promise that is made, for as long as the
 * process lives: with one for each client, a thousand clients made everything in the process slow.
 */
const tasks = new AsyncLocalStorage<RunningTask>();

/** Runs a task, so that {@link isInTaskOf} knows the code inside it while it lasts. */
export async function runAsTaskOf<T>(
  owner: object,
  run: (mark: <U>(task: () => U) => U) => Promise<T>,
): Promise<T> {
  const state: RunningTask = { owner, outer: runningTask(), isOver: false };
  try {
    return await run((task) => tasks.run(state, task));
  } finally {
    state.isOver = true;
  }
}

/** Whether the code that asks runs inside a task of `owner`, in whichever other tasks that may be. */
export function isInTaskOf(owner: object): boolean {
  for (let task = runningTask(); task !== undefined; task = task.outer)
    if (task.owner === owner && !task.isOver) return true;
  return false;
}

/** What has ended is let go of: a loop may start each of its tasks where the one before was started from. */
function runningTask(): RunningTask | undefined {
  let task = tasks.getStore();
  while (task?.isOver === true) task = task.outer;
  return task;
}
