import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { client, read } from "../api/client.js";
import { Button } from "../components/button.js";
import { ErrorBox, Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import styles from "./accounts.module.css";

/** The newest lines of the conversation with an account's server; secrets were masked before they were kept. */
export function AccountLogPage() {
  const { id } = useParams({ from: "/shell/accounts/$id/log" });
  const log = useQuery({
    queryKey: ["log", id],
    queryFn: async () => (await read(client.accounts[":id"].log.$get({ param: { id } }))).items,
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Page title="Conversation with the server">
      <p className={styles.actions}>
        <Link to="/accounts/$id" params={{ id }}>
          Back to the account
        </Link>
        <Button onClick={() => void log.refetch()}>Read anew</Button>
      </p>
      {log.isError && <ErrorBox error={log.error} onRetry={() => void log.refetch()} />}
      {log.data?.length === 0 && <Notice title="Nothing was said yet" />}
      {log.data !== undefined && log.data.length > 0 && (
        <ol className={styles.log} aria-label="Lines">
          {log.data.map(({ at, connectionId, direction, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no ids, and only ever all of them are replaced.
            <li key={index} className={styles.line} data-direction={direction}>
              <time dateTime={at} className={styles.when}>
                {new Date(at).toLocaleTimeString()}
              </time>
              <span className={styles.when} title={connectionId}>
                {connectionId.slice(connectionId.lastIndexOf("#"))}
              </span>
              <span>{direction === "client" ? "→" : "←"}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </Page>
  );
}
