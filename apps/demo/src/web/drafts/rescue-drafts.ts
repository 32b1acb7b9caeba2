import { ProblemError } from "../api/problem-error.js";
import { findDraft, putDraft } from "./draft-requests.js";
import { isSameDraft } from "./draft-values.js";
import { findLeftBehind, forgetLocal, type LocalDraft } from "./local-drafts.js";

/**
 * Saves what tabs that are no more had typed and not saved. Where the draft went on without it, it becomes a draft of its own: nothing is
 * lost, and done twice it makes no second one. What cannot be saved now stays where it is.
 */
export async function rescueDrafts(): Promise<void> {
  for (const [key, draft] of await findLeftBehind())
    if (await isSaved(draft).catch(() => false)) forgetLocal(key);
}

async function isSaved(draft: LocalDraft): Promise<boolean> {
  const { id, version, values, copyId } = draft;
  if (await put(id, version, draft)) return true;
  const other = await findDraft(id);
  if (other !== null && isSameDraft(other, values)) return true;
  // The copy may be there from an attempt before this one.
  return (await put(copyId, 0, draft)) || (await findDraft(copyId)) !== null;
}

async function put(id: string, version: number, { values }: LocalDraft): Promise<boolean> {
  try {
    await putDraft(id, values, version);
    return true;
  } catch (error) {
    if (error instanceof ProblemError && (error.status === 412 || error.status === 404)) return false;
    throw error;
  }
}
