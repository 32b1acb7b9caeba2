import type { Logger } from "@mailwright/core";

/** Where the program writes its log; of the shape that pino has. */
export interface MailLog extends Logger {
  /** The same, with these fields in every line. */
  child(fields: Readonly<Record<string, unknown>>): MailLog;
}
