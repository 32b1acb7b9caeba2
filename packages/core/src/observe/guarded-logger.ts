import { guardedCall } from "./guarded-call.js";
import { type Logger, type LogMethod, silentLogger } from "./logger.js";

/** The same logger, but what it throws is dropped: a full disk must not look like mail that was not deleted. */
export function guardLogger(logger: Logger): Logger {
  // It cannot fail, and of clients without a log there may be thousands.
  if (logger === silentLogger) return logger;
  const guard =
    (level: keyof Logger): LogMethod =>
    // There is nowhere left to tell of what it throws.
    (fields, message) =>
      guardedCall((...line: Parameters<LogMethod>): unknown => logger[level](...line), [fields, message]);
  return { debug: guard("debug"), info: guard("info"), warn: guard("warn"), error: guard("error") };
}
