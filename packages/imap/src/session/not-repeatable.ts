import { isMailError, MailError } from "@mailwright/core";

/**
 * Runs the rest of a work whose first part has taken effect: whatever fails from now on must not be
 * answered by doing it all again.
 */
export async function notRepeatable<T>(rest: () => Promise<T>): Promise<T> {
  try {
    return await rest();
  } catch (error) {
    if (!isMailError(error) || !error.retryable) throw error;
    const { code, protocol, phase, connectionBroken, server, connectionId, cause } = error;
    throw new MailError(error.message, {
      code,
      protocol,
      phase,
      connectionBroken,
      server,
      connectionId,
      cause,
      retryable: false,
    });
  }
}
