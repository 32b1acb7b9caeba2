import type { HeaderField } from "@mailwright/mime";
import type { MimePart } from "../message/mime-part.js";

/** A {@link MimePart} as plain data, with the parts in it. */
export interface PartJson extends Omit<MimePart, "parameters" | "headers" | "children"> {
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: readonly HeaderField[];
  readonly children: readonly PartJson[];
}

/** A part of the MIME tree as plain data. */
export function toPartJson(part: MimePart): PartJson {
  return {
    ...describePart(part),
    parameters: Object.fromEntries(part.parameters),
    headers: part.headers.toJSON(),
    children: part.children.map(toPartJson),
  };
}

/** All of a part but its header fields; the parts in it as they are. */
export function describePart(part: MimePart): Omit<MimePart, "headers"> {
  const { path, contentType, parameters, transferEncoding, disposition, filename, contentId } = part;
  const { headerStart, bodyStart, bodyEnd, children } = part;
  return {
    path,
    contentType,
    parameters,
    transferEncoding,
    disposition,
    filename,
    contentId,
    headerStart,
    bodyStart,
    bodyEnd,
    children,
  };
}
