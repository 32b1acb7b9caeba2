import { useInfiniteQuery } from "@tanstack/react-query";
import type { Message } from "../api/answers.js";
import { Button } from "../components/button.js";
import { fullDate, shortDate } from "../mail/format.js";
import { itemsOf } from "../mail/message-pages.js";
import { othersInThread } from "../mail/others-in-thread.js";
import { withPending } from "../mail/pending-changes.js";
import { messagesQuery } from "../mail/queries.js";
import { usePendingChanges } from "../mail/use-change-messages.js";
import styles from "./thread-box.module.css";

interface ThreadBoxProps {
  readonly message: Message;
  readonly addressOf: (id: number) => string;
  readonly onOpen: (id: number) => void;
}

/** The rest of the conversation, newest first, from all folders of the account; nothing when there is none. */
export function ThreadBox({ message, addressOf, onOpen }: ThreadBoxProps) {
  const { accountId, threadId } = message;
  const filter = { account: accountId, thread: threadId ?? "" };
  const thread = useInfiniteQuery({ ...messagesQuery(filter), enabled: threadId !== null });
  const others = othersInThread(message, withPending(itemsOf(thread.data), usePendingChanges()));
  if (others.length === 0) return null;
  return (
    <section className={styles.box} aria-labelledby="in-this-thread">
      <h3 id="in-this-thread" className={styles.title}>
        In this thread
      </h3>
      <ul>
        {others.map((other) => (
          <li key={other.id}>
            <ThreadLink message={other} addressOf={addressOf} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {thread.hasNextPage && (
        <Button look="quiet" disabled={thread.isFetchingNextPage} onClick={() => void thread.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </section>
  );
}

function ThreadLink({ message, addressOf, onOpen }: ThreadBoxProps) {
  const { id, fromName, fromAddress, snippet, seen } = message;
  const date = new Date(message.date);
  return (
    <a
      href={addressOf(id)}
      className={styles.link}
      data-unread={!seen}
      onClick={(event) => {
        // With a key held down the browser opens it elsewhere.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onOpen(id);
      }}
    >
      <span className={styles.from}>
        {!seen && <span className="unseen">unread, </span>}
        {fromName === "" ? fromAddress : fromName}
      </span>
      <time dateTime={message.date} title={fullDate(date)} className={styles.date}>
        {shortDate(date, new Date())}
      </time>
      <span className={styles.snippet}>{snippet}</span>
    </a>
  );
}
