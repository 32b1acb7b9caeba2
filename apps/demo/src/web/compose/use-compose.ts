import { useNavigate, useRouter } from "@tanstack/react-router";
import type { AnswerMode } from "../drafts/begin-draft.js";
import { newDraftId } from "../drafts/new-draft-id.js";

/** Begins a message over the list that is shown: a new one, or one about a message. */
export function useCompose(): (mode?: AnswerMode, of?: number) => void {
  const navigate = useNavigate();
  const { history } = useRouter();
  return (mode, of) => {
    const { href, state } = history.location;
    const from = href.startsWith("/compose/") ? (state.from ?? "/inbox") : href;
    const search = mode === undefined || of === undefined ? {} : { mode, of };
    void navigate({ to: "/compose/$draft", params: { draft: newDraftId() }, search, state: { from } });
  };
}
