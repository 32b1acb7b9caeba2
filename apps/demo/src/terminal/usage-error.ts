/** A mistake on the command line or in the environment; the message says what to do. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
