import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import type { OutboxEntry } from "../api/answers.js";
import { Button } from "../components/button.js";
import { ErrorBox, Notice } from "../components/notice.js";
import { fullDate, shortDate } from "../mail/format.js";
import { accountsQuery } from "../mail/queries.js";
import type { outboxQuery } from "./outbox-queries.js";
import styles from "./sent-list.module.css";
import { sentWords } from "./sent-words.js";

interface SentListProps {
  readonly query: ReturnType<typeof outboxQuery>;
  readonly isShown: (entry: OutboxEntry) => boolean;
  readonly emptyTitle: string;
}

/** Messages that are sent, or were, and how it stands with each. */
export function SentList({ query, isShown, emptyTitle }: SentListProps) {
  const list = useInfiniteQuery(query);
  const accounts = useQuery(accountsQuery).data ?? [];
  const entries = list.data?.pages.flatMap(({ items }) => items).filter(isShown) ?? [];
  return (
    <>
      {list.isError && <ErrorBox error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && entries.length === 0 && !list.hasNextPage && (
        <Notice title={emptyTitle} icon={<Send size={36} aria-hidden />} />
      )}
      <ul className={styles.list}>
        {entries.map((entry) => {
          const { mood, words } = sentWords(entry);
          const made = new Date(entry.createdAt);
          return (
            <li key={entry.id}>
              <Link to="/outbox/$sent" params={{ sent: entry.id }} className={styles.item}>
                <span
                  className={styles.colour}
                  style={{ background: accounts.find(({ id }) => id === entry.accountId)?.colour }}
                />
                <span className={styles.subject}>{entry.subject}</span>
                <time className={styles.when} dateTime={entry.createdAt} title={fullDate(made)}>
                  {shortDate(made, new Date())}
                </time>
                <span className={styles.people}>To {entry.to.join(", ")}</span>
                <span className={styles.state} data-mood={mood}>
                  {words}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {list.hasNextPage && (
        <p className={styles.more}>
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            Older ones
          </Button>
        </p>
      )}
    </>
  );
}
