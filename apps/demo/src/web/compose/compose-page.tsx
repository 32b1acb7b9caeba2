import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useRouterState, useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { ErrorBox } from "../components/notice.js";
import { type DraftRequest, type OpenDraft, openDraft } from "../drafts/open-draft.js";
import { saveWords } from "../drafts/save-words.js";
import styles from "./compose.module.css";
import { ComposeForm } from "./compose-form.js";
import { ComposeSheet } from "./compose-sheet.js";

const TITLES = {
  new: "New message",
  reply: "Reply",
  "reply-all": "Reply to all",
  forward: "Forward",
} as const;

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The address of the list that somebody came from. */
    from?: string;
  }
}

/** What is being written, over the list that somebody came from. */
export function ComposePage() {
  const { draft = "" } = useParams({ strict: false });
  const { mode, of } = useSearch({ strict: false });
  const from = useRouterState({ select: ({ location }) => location.state.from ?? "/inbox" });
  const navigate = useNavigate();
  const leave = async (): Promise<void> => await navigate({ href: from });
  return <Draft key={draft} request={{ id: draft, mode, of }} onLeave={leave} />;
}

interface DraftProps {
  readonly request: DraftRequest;
  readonly onLeave: () => Promise<void>;
}

function Draft({ request, onLeave }: DraftProps) {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<OpenDraft>();
  const [error, setError] = useState<unknown>();
  const begin = useEffectEvent(async (isLeft: () => boolean): Promise<void> => {
    try {
      queryClient.removeQueries({ queryKey: ["draft-version", request.id] });
      const opened = await openDraft(queryClient, request);
      if (isLeft()) opened.close();
      else setOpen(opened);
    } catch (reason) {
      setError(reason);
    }
  });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens it again.
  useEffect(() => {
    let isLeft = false;
    setError(undefined);
    void begin(() => isLeft);
    return () => {
      isLeft = true;
    };
  }, [attempt]);
  const title = error === undefined ? "Opening the draft …" : "Message";
  // One sheet all the time: another one would give the focus back to what is behind.
  return (
    <ComposeSheet
      title={open === undefined ? title : TITLES[open.saver.snapshot().values.mode]}
      saved={open && <Saved saver={open.saver} />}
      onClose={() => void onLeave()}
    >
      {open !== undefined && <ComposeForm id={request.id} open={open} onLeave={onLeave} />}
      {error !== undefined && <ErrorBox error={error} onRetry={() => setAttempt(attempt + 1)} />}
    </ComposeSheet>
  );
}

/** Whether what was typed is safe. */
function Saved({ saver }: Pick<OpenDraft, "saver">) {
  const words = saveWords(useSyncExternalStore(saver.subscribe, saver.snapshot).save);
  return (
    <span role="status" className={styles.saved} title={words}>
      {words}
    </span>
  );
}
