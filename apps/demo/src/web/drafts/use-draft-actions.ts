import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { explain, ProblemError } from "../api/problem-error.js";
import { addUndoable, toasts } from "../components/toaster.js";
import { type FieldProblems, problemsOfFields } from "../compose/problems-of-fields.js";
import { type DraftProblem, findProblems, HOLD_SECONDS, sendDraft, takeBack } from "../compose/send-draft.js";
import { fullDate } from "../mail/format.js";
import { findDraft, putDraft, removeDraft } from "./draft-requests.js";
import { changedFields, type DraftContent } from "./draft-values.js";
import { type OpenDraft, valuesOf } from "./open-draft.js";

/** What can be done with a draft. */
export interface DraftActions {
  readonly problems: FieldProblems;
  readonly isSending: boolean;
  /** Sends it, after a while in which it can be taken back; or at a time. */
  send(at?: Date): void;
  discard(): void;
  /** What is here becomes a draft of its own. */
  keepBoth(): void;
  /** What is here is given up for what was saved elsewhere. */
  takeOther(): void;
}

/** What was wrong, and of what. */
interface Checked {
  readonly content: DraftContent;
  readonly problems: readonly DraftProblem[];
}

/** Sends a draft, throws it away, or lets it go on apart from another. */
export function useDraftActions(
  id: string,
  { saver, copyId }: OpenDraft,
  isSettled: boolean,
  onLeave: () => Promise<void>,
): DraftActions {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const from = useRouterState({ select: ({ location }) => location.state.from ?? "/inbox" });
  const { content } = useSyncExternalStore(saver.subscribe, saver.snapshot).values;
  const [checked, setChecked] = useState<Checked>({ content, problems: [] });
  const [isSending, setSending] = useState(false);
  const goTo = (draft: string): void =>
    void navigate({ to: "/compose/$draft", params: { draft }, search: {}, state: { from } });
  const tell = (error: unknown): void => {
    const { title, detail } = explain(error);
    toasts.add({ type: "error", title: `Not done: ${title}`, description: detail, priority: "high" });
  };
  const attempt = (task: () => Promise<void>): void => {
    setSending(true);
    const { values } = saver.snapshot();
    task()
      .catch((error: unknown) => {
        const places = error instanceof ProblemError ? error.places : [];
        if (places.length === 0) return tell(error);
        const problems = places.map(({ pointer: path, detail: message }) => ({ path, message }));
        setChecked({ content: values.content, problems });
      })
      .finally(() => setSending(false));
  };

  async function send(at: Date | undefined): Promise<void> {
    const { values } = saver.snapshot();
    const found = await findProblems(values);
    if (!isSettled)
      found.push({ path: "attachments", message: "Files are still on their way; wait, or remove them" });
    setChecked({ content: values.content, problems: found });
    if (found.length > 0) return;
    if (!(await saver.flush(true))) throw new Error("The draft is not saved, and so it is not sent");
    const { id: sent, subject } = await sendDraft(id, saver.snapshot(), at);
    saver.stop();
    await onLeave();
    const words = at === undefined ? `Sending “${subject}”` : `“${subject}” goes out ${fullDate(at)}`;
    const undo = async (): Promise<void> => {
      await takeBack(sent).then(() => goTo(id), tell);
    };
    addUndoable(words, () => void undo(), HOLD_SECONDS * 1_000);
  }

  async function discard(): Promise<void> {
    await saver.flush();
    const { values, version } = saver.snapshot();
    if (version > 0) await removeDraft(id, version);
    saver.forget();
    await onLeave();
    if (version === 0) return;
    addUndoable("Draft discarded", () => void putDraft(id, values, 0).then(() => goTo(id), tell));
  }

  return {
    problems: problemsOfFields(checked.problems, changedFields(checked.content, content)),
    isSending,
    send: (at) => {
      if (!isSending) attempt(() => send(at));
    },
    discard: () => attempt(discard),
    keepBoth: () =>
      attempt(async () => {
        await putDraft(copyId, saver.snapshot().values, 0);
        saver.forget();
        await queryClient.invalidateQueries({ queryKey: ["drafts"] });
        goTo(copyId);
      }),
    takeOther: () =>
      attempt(async () => {
        const other = await findDraft(id);
        saver.forget();
        if (other === null) return await onLeave();
        const { version, updatedAt } = other;
        saver.adopt({ values: valuesOf(other), version, savedAt: new Date(updatedAt) });
      }),
  };
}
