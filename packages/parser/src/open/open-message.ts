import { DefectLog } from "../message/defect-log.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import { withLfForLoneCr } from "../structure/lone-cr.js";
import { scanStructure } from "../structure/scan-structure.js";
import { LazyMessage } from "./lazy-message.js";

/** Opens a message that is nested `nesting` messages deep. */
export function openMessage(source: Buffer, limits: ParseLimits, nesting: number): ParsedMessage {
  const defects = new DefectLog();
  let bytes = source;
  if (bytes.length > limits.maxBytes) {
    bytes = bytes.subarray(0, limits.maxBytes);
    defects.add("size-limit", `the message has ${source.length} bytes, ${limits.maxBytes} were read`);
  }
  bytes = withLfForLoneCr(bytes, defects);
  const structure = scanStructure(bytes, limits, defects);
  const parseNested = (nested: Buffer): ParsedMessage | undefined =>
    nesting + 1 > limits.maxDepth ? undefined : openMessage(nested, limits, nesting + 1);
  return new LazyMessage({ bytes, structure, limits, defects, parseNested });
}
