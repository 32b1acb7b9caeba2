import type { DraftOutcome } from "../store/outbox/drafts.js";
import { notFound, Problem } from "./problem.js";

/** A draft that is not as whoever changes it has seen it. */
export function otherDraft(outcome: Exclude<DraftOutcome, { type: "saved" }>): Problem {
  if (outcome.type === "gone") return notFound("draft");
  const detail = `It is at version ${outcome.version} by now`;
  return new Problem(412, "draft-changed", "The draft was saved elsewhere meanwhile", { detail });
}
