/**
 * An error that no route expected, as a line of the log. One of the database carries the values of its statement in its
 * own message: only what the database itself said is told.
 */
export function describeError(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
