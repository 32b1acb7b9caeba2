import { isMailError, MailError } from "@mailwright/core";

/**
 * Asks what came of a change that was carried out and must not be done again. That this is not known must not look as if the
 * change had failed: rejects with `"unknown-outcome"`.
 */
export async function lookAfter<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!isMailError(error)) throw error;
    const { protocol, phase, connectionBroken, server, connectionId } = error;
    throw new MailError(`The change was made, and what came of it is not known: ${error.message}`, {
      code: "unknown-outcome",
      protocol,
      phase,
      connectionBroken,
      server,
      connectionId,
      cause: error,
    });
  }
}
