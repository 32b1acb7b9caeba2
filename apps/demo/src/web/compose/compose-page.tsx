import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useRouterState, useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { ErrorBox } from "../components/notice.js";
import { type DraftRequest, type OpenDraft, openDraft } from "../drafts/open-draft.js";
import { Mail } from "../view/mail.js";
import { useMailPlace } from "../view/use-mail-place.js";
import { ComposeForm } from "./compose-form.js";
import { ComposeSheet } from "./compose-sheet.js";

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
  const place = useMailPlace(from);
  const navigate = useNavigate();
  const leave = async (): Promise<void> => await navigate({ href: from });
  return (
    <>
      <Mail place={place} />
      <Draft key={draft} request={{ id: draft, mode, of }} onLeave={leave} />
    </>
  );
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
  if (open !== undefined) return <ComposeForm id={request.id} open={open} onLeave={onLeave} />;
  return (
    <ComposeSheet
      title={error === undefined ? "Opening the draft …" : "Message"}
      onClose={() => void onLeave()}
    >
      {error !== undefined && <ErrorBox error={error} onRetry={() => setAttempt(attempt + 1)} />}
    </ComposeSheet>
  );
}
