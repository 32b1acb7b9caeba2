import type { DefectLog } from "../message/defect-log.js";
import type { MimeNode } from "../structure/mime-node.js";

/** What readers take from the first field of the name, or from the last one, and then see other parts. */
const SINGLE_FIELDS = ["content-type", "content-transfer-encoding", "content-disposition", "content-id"];
const BOUNDARY = /[;\s]boundary\s{0,9}=/gi;
const MAX_TYPE = 20_000;

/** Looks for what readers disagree about in the headers of the parts of a message. */
export function findStructureDefects(root: MimeNode, defects: DefectLog): void {
  const parts = [root];
  for (const part of parts) {
    for (const name of SINGLE_FIELDS) {
      const { length } = part.headers.getAllRaw(name);
      if (length > 1) defects.add("duplicate-header", `${length} ${name} fields`, part.path);
    }
    const boundaries = part.isMultipart
      ? (part.typeField.slice(0, MAX_TYPE).match(BOUNDARY) ?? []).length
      : 0;
    if (boundaries > 1) defects.add("duplicate-header", `${boundaries} boundary parameters`, part.path);
    parts.push(...part.children);
  }
}
