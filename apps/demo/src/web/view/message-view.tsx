import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import type { Account, Message } from "../api/answers.js";
import { ProblemError } from "../api/problem-error.js";
import { Button } from "../components/button.js";
import { ErrorBox, Notice } from "../components/notice.js";
import { withPending } from "../mail/pending-changes.js";
import { messageQuery } from "../mail/queries.js";
import { usePendingChanges } from "../mail/use-change-messages.js";
import { MessageHead } from "./message-head.js";
import { MessageToolbar } from "./message-toolbar.js";
import { MessageTabs } from "./tabs/message-tabs.js";
import { ThreadBox } from "./thread-box.js";
import type { MailActions } from "./use-mail-actions.js";
import type { MailPlace } from "./use-mail-place.js";

/** What the open message is shown with. */
export interface OpenMessageProps {
  readonly id: number;
  readonly place: MailPlace;
  /** What the list knows of it. */
  readonly row: Message | undefined;
  readonly accounts: readonly Account[];
  readonly actions: MailActions;
  readonly onOpen: (id: number) => void;
  readonly onBack: () => void;
  readonly onMove: (messages: readonly Message[]) => void;
}

/** One message: its head from the row at once, what it says after. */
export function MessageView({ id, place, row, accounts, actions, onOpen, onBack, onMove }: OpenMessageProps) {
  const message = useQuery({ ...messageQuery(id), ...(row !== undefined && { placeholderData: row }) });
  const pending = usePendingChanges();
  const [shown] = withPending(message.data === undefined ? [] : [message.data], pending);
  const heading = useRef<HTMLHeadingElement>(null);
  const noteOpened = useEffectEvent((opened: Message): void => {
    heading.current?.focus({ preventScroll: true });
    if (!opened.seen) actions.flag([opened], { seen: true });
  });
  const loaded = message.data;
  // Once for each message that is opened: marked as unread later on, it stays so.
  const opened = useRef(false);
  useEffect(() => {
    if (loaded === undefined || opened.current) return;
    opened.current = true;
    noteOpened(loaded);
  }, [loaded]);

  if (message.error instanceof ProblemError && message.error.status === 404)
    return (
      <Notice title="The server no longer has it">
        <p>It was deleted or moved meanwhile.</p>
        <Button onClick={onBack}>Back to the list</Button>
      </Notice>
    );
  if (message.isError && shown === undefined)
    return (
      <ErrorBox error={message.error} onRetry={() => void message.refetch()}>
        <Button onClick={onBack}>Back to the list</Button>
      </ErrorBox>
    );
  if (shown === undefined)
    return (
      <p role="status" className="unseen">
        Loading the message
      </p>
    );
  return (
    <article aria-label={shown.subject}>
      <MessageToolbar message={shown} actions={actions} onBack={onBack} onMove={onMove} />
      <MessageHead
        message={shown}
        account={accounts.find((account) => account.id === shown.accountId)}
        heading={heading}
      />
      <MessageTabs message={shown} />
      <ThreadBox message={shown} addressOf={place.addressOf} onOpen={onOpen} />
    </article>
  );
}
