import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ErrorBox } from "../components/notice.js";
import { Page } from "../components/page.js";
import { fullDate } from "../mail/format.js";
import { accountsQuery } from "../mail/queries.js";
import styles from "./delivery.module.css";
import { DeliveryActions } from "./delivery-actions.js";
import { DeliveryTable } from "./delivery-table.js";
import { sentQuery } from "./outbox-queries.js";
import { sentWords } from "./sent-words.js";

/** What became of a message, for each recipient. */
export function OutboxMessagePage() {
  const { sent = "" } = useParams({ strict: false });
  const message = useQuery(sentQuery(sent));
  const accounts = useQuery(accountsQuery).data ?? [];
  if (message.isError) return <ErrorBox error={message.error} onRetry={() => void message.refetch()} />;
  if (message.data === undefined)
    return (
      <p role="status" className="unseen">
        Loading the message
      </p>
    );
  const { subject, accountId, createdAt, attempts, state } = message.data;
  const { mood, words } = sentWords(message.data);
  const account = accounts.find(({ id }) => id === accountId);
  const failure = attempts.findLast(({ error }) => error !== null)?.error ?? null;
  // A refusal of somebody stands in the table; and what was settled since is in doubt no more.
  const isTold =
    state === "accepted" ||
    state === "resolved" ||
    message.data.recipients.some(({ text }) => text !== null && failure?.message.includes(text));
  return (
    <Page title={subject === "" ? "(no subject)" : subject}>
      <p className={styles.from}>
        From {account?.name ?? "an account"} {account !== undefined && `<${account.address}>`},{" "}
        <time dateTime={createdAt}>{fullDate(new Date(createdAt))}</time>
      </p>
      <p className={styles.state} data-mood={mood} role="status">
        {words}
      </p>
      <DeliveryTable recipients={message.data.recipients} attempts={attempts} />
      {failure !== null && !isTold && (
        <p className={styles.failure}>
          The last attempt failed: {failure.message}
          {failure.server !== undefined && !failure.message.includes(failure.server) && (
            <q className={styles.server}>{failure.server}</q>
          )}
        </p>
      )}
      <DeliveryActions message={message.data} />
    </Page>
  );
}
