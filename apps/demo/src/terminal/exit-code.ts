/** What a program's exit code tells the script that called it. */
export const EXIT = { ok: 0, failed: 1, usage: 2, partial: 3, unknown: 4 } as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
