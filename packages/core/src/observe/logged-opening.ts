import { isMailError, type MailProtocol } from "../errors/mail-error.js";
import { roundMs } from "../time/clock.js";
import type { Logger } from "./logger.js";

/** Which connection is being opened, and who wants to know. */
export interface LoggedOpeningOptions {
  readonly protocol: MailProtocol;
  readonly connectionId: string;
  readonly logger: Logger;
}

/** Tells the log how the opening of a connection ends, unless the caller gave it up. */
export async function loggedOpening<C>(opening: Promise<C>, options: LoggedOpeningOptions): Promise<C> {
  const { protocol, connectionId, logger } = options;
  const since = performance.now();
  try {
    const connection = await opening;
    const durationMs = roundMs(performance.now() - since);
    logger.debug({ connectionId, durationMs }, `${protocol.toUpperCase()} connection open`);
    return connection;
  } catch (error) {
    if (isMailError(error) && error.code !== "aborted") {
      const { code, message, phase, server } = error;
      logger.warn({ connectionId, code, phase, server }, message);
    }
    throw error;
  }
}
