import type { DefectLog } from "../message/defect-log.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import type { MimeNode } from "../structure/mime-node.js";

/** What a message in memory is made of. */
export interface MessageParts {
  readonly bytes: Buffer;
  readonly structure: MimeNode;
  readonly limits: ParseLimits;
  readonly defects: DefectLog;
  /** Parses a message found inside; `undefined` when it is nested too deep. */
  readonly parseNested: (bytes: Buffer) => ParsedMessage | undefined;
}
