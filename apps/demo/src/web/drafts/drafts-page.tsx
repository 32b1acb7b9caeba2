import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { File } from "lucide-react";
import { useEffect } from "react";
import { ErrorBox, Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { shortDate } from "../mail/format.js";
import { accountsQuery } from "../mail/queries.js";
import styles from "../outbox/sent-list.module.css";
import { draftsQuery } from "./draft-requests.js";
import { rescueDrafts } from "./rescue-drafts.js";

/** What is being written, the one saved last first. */
export function DraftsPage() {
  const drafts = useQuery(draftsQuery);
  const accounts = useQuery(accountsQuery).data ?? [];
  useEffect(() => void rescueDrafts(), []);
  return (
    <Page title="Drafts">
      {drafts.isError && <ErrorBox error={drafts.error} onRetry={() => void drafts.refetch()} />}
      {drafts.data?.length === 0 && (
        <Notice title="No drafts" icon={<File size={36} aria-hidden />}>
          <p>What you write is kept here until it is sent.</p>
        </Notice>
      )}
      <ul className={styles.list}>
        {drafts.data?.map(({ id, accountId, content, updatedAt }) => {
          const people = [...content.to, ...content.cc, ...content.bcc];
          const saved = new Date(updatedAt);
          return (
            <li key={id}>
              <Link
                to="/compose/$draft"
                params={{ draft: id }}
                search={{}}
                state={{ from: "/drafts" }}
                className={styles.item}
              >
                <span
                  className={styles.colour}
                  style={{ background: accounts.find((account) => account.id === accountId)?.colour }}
                />
                <span className={styles.subject}>
                  {content.subject === "" ? "(no subject)" : content.subject}
                </span>
                <time className={styles.when} dateTime={updatedAt}>
                  {shortDate(saved, new Date())}
                </time>
                <span className={styles.people}>
                  {people.length === 0
                    ? "To nobody yet"
                    : `To ${people.map(({ name, address }) => (name === "" ? address : name)).join(", ")}`}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Page>
  );
}
