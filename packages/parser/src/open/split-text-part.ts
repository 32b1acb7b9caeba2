import { decodeUuencode, type UuencodedFile } from "@mailwright/mime";
import type { DefectLog } from "../message/defect-log.js";
import type { MimeNode } from "../structure/mime-node.js";
import { decodePartBytes, decodeTextBytes } from "./part-text.js";

/** A plain text part taken apart. */
export interface SplitText {
  readonly text: string;
  /** The files that stood uuencoded in the text. */
  readonly files: readonly UuencodedFile[];
}

const MAX_FILES = 100;
const UUENCODE_START = Buffer.from("begin ");

/** Decodes a plain text part and takes uuencoded files out of it. */
export function splitTextPart(bytes: Buffer, part: MimeNode, defects: DefectLog): SplitText {
  const content = decodePartBytes(bytes, part, defects);
  const files: UuencodedFile[] = [];
  const pieces: Buffer[] = [];
  let from = 0;
  while (files.length < MAX_FILES && content.includes(UUENCODE_START, from)) {
    const file = decodeUuencode(content, from);
    if (file === undefined) break;
    files.push(file);
    pieces.push(content.subarray(from, file.start));
    from = file.end;
  }
  if (files.length === 0) return { text: decodeTextBytes(content, part, defects), files };
  pieces.push(content.subarray(from));
  return { text: decodeTextBytes(Buffer.concat(pieces), part, defects), files };
}
