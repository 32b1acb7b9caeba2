import type { ExecOptions } from "../wire/imapflow-wire.js";
import type { WireResponse } from "../wire/wire-node.js";

/** Handlers of untagged answers that keep what they throw. */
export interface GuardedHandlers {
  readonly untagged: NonNullable<ExecOptions["untagged"]>;
  /** Throws the first thing that a handler threw. */
  rethrow(): void;
}

/**
 * QUIRK: ImapFlow logs what a handler throws and goes on; the command then looks as if all of its answer had
 * been taken.
 */
export function guardHandlers(untagged: ExecOptions["untagged"]): GuardedHandlers {
  const problems: unknown[] = [];
  const guarded: Record<string, (response: WireResponse) => Promise<void>> = {};
  for (const [name, handler] of Object.entries(untagged ?? {})) {
    guarded[name] = async (response) => {
      try {
        await handler(response);
      } catch (problem) {
        problems.push(problem);
      }
    };
  }
  return {
    untagged: guarded,
    rethrow() {
      if (problems.length > 0) throw problems[0];
    },
  };
}
