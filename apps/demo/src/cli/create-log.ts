import pino, { type DestinationStream, type Logger } from "pino";
import pretty from "pino-pretty";
import type { Settings } from "../config/settings.js";

/** Fields that may hold a secret, at the top and one below; what is in a text is masked by who writes it. */
const SECRETS = ["password", "accessToken", "secret", "token", "authorization", "cookie", "key"];

/**
 * The log: lines of JSON on the standard error, or what a person reads where that is a terminal. `destination` is where a
 * test reads it.
 */
export function createLog(
  level: Settings["logLevel"],
  isTTY: boolean,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "[hidden]" },
  };
  const usual = isTTY ? pretty({ destination: 2, sync: true }) : pino.destination({ dest: 2, sync: true });
  return pino(options, destination ?? usual);
}
