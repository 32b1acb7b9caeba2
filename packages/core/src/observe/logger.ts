/** Takes fields and a message, as pino does; `console`-like loggers need a small adapter. */
export type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where a client writes its log; pino's shape. No line ever holds a secret. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

const ignore: LogMethod = () => {};

/** The default: says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
