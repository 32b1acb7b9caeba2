import type { AnsweredPart, MessagePart } from "../api/answers.js";

/** A part with the parts in it: the types of answers end there, so each is looked at. */
export function toPart(part: AnsweredPart): MessagePart {
  return { ...part, children: part.children.filter(isPart).map(toPart) };
}

function isPart(value: unknown): value is AnsweredPart {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    "contentType" in value &&
    "children" in value &&
    Array.isArray(value.children)
  );
}
