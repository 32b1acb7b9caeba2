/** So long a change that moves mail away waits for somebody to think better of it. */
const UNDO_MS = 6_000;

/** A change that waits, and may still be taken back. */
export interface HeldChange {
  readonly held: Promise<void>;
  undo(): void;
}

/** Why a change was not made: somebody took it back. */
export class UndoneError extends Error {
  override readonly name = "UndoneError";
}

const waiting = new Set<() => void>();

/** Holds a change back for a while. */
export function holdBack(ms: number = UNDO_MS): HeldChange {
  const { held, resolve, reject } = deferred();
  const timer = setTimeout(release, ms);
  waiting.add(release);
  return {
    held,
    undo() {
      forget();
      reject(new UndoneError("Taken back"));
    },
  };

  function release(): void {
    forget();
    resolve();
  }

  function forget(): void {
    clearTimeout(timer);
    waiting.delete(release);
  }
}

/** Sends at once what still waits: the page is being left. */
export function releaseHeld(): void {
  for (const release of [...waiting]) release();
}

function deferred() {
  let resolve = (): void => {};
  let reject = (_reason: Error): void => {};
  const held = new Promise<void>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  // Undone before anybody waited for it.
  held.catch(() => {});
  return { held, resolve, reject };
}
