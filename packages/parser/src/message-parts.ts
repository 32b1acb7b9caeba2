import type { DefectLog } from "./defect.js";
import type { MimeNode } from "./mime-node.js";
import type { ParseLimits } from "./parse-limits.js";
import type { ParsedMessage } from "./parsed-message.js";

/** What a message in memory is made of. */
export interface MessageParts {
  readonly bytes: Buffer;
  readonly structure: MimeNode;
  readonly limits: ParseLimits;
  readonly defects: DefectLog;
  /** Parses a message found inside; `undefined` when it is nested too deep. */
  readonly parseNested: (bytes: Buffer) => ParsedMessage | undefined;
}
