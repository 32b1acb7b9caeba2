import { useQuery } from "@tanstack/react-query";
import { ErrorBox, Notice } from "../../components/notice.js";
import { fullDate, shortDate } from "../../mail/format.js";
import styles from "../settings.module.css";
import { deliveriesQuery } from "./webhook-queries.js";

/** Each try of the last days and what became of it, the newest first. */
export function DeliveryLog({ id }: { readonly id: string }) {
  const log = useQuery(deliveriesQuery(id));
  if (log.isError) return <ErrorBox error={log.error} onRetry={() => void log.refetch()} />;
  if (log.data === undefined) return null;
  if (log.data.length === 0) return <Notice title="Nothing was delivered yet" />;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Try</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {log.data.map(({ id: entry, createdAt, type, attempt, status, error, tookMs }) => (
            <tr key={entry}>
              <td>
                <time dateTime={createdAt} title={fullDate(new Date(createdAt))}>
                  {shortDate(new Date(createdAt), new Date())}
                </time>
              </td>
              <td>{type}</td>
              <td>{attempt}</td>
              <td>{error ?? `Taken, ${status}`}</td>
              <td>{tookMs} ms</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
