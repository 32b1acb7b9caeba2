import { Link } from "@tanstack/react-router";
import type { Status } from "../api/answers.js";
import { fullDate, shortDate } from "../mail/format.js";
import styles from "./status.module.css";

/** What went wrong lately, in the servers' words, the newest first. */
export function RecentErrors({ errors, accounts }: Pick<Status, "errors" | "accounts">) {
  if (errors.length === 0) return <p className={styles.soft}>Nothing went wrong.</p>;
  return (
    <ol className={styles.errors} aria-label="Errors">
      {errors.map(({ accountId, outboxId, code, message, phase, server, at }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: errors have no ids, and nothing in a row is kept.
        <li key={index} className={styles.error}>
          <p className={styles.about}>
            <time dateTime={at} title={fullDate(new Date(at))}>
              {shortDate(new Date(at), new Date())}
            </time>
            <Link to="/accounts/$id" params={{ id: accountId }}>
              {accounts.find(({ id }) => id === accountId)?.name ?? "An account"}
            </Link>
            {outboxId !== null && (
              <Link to="/outbox/$sent" params={{ sent: outboxId }}>
                The message
              </Link>
            )}
            <span>{phase === undefined ? code : `${code}, ${phase}`}</span>
          </p>
          <p>{message}</p>
          {server !== undefined && !message.includes(server) && <p className={styles.server}>{server}</p>}
        </li>
      ))}
    </ol>
  );
}
