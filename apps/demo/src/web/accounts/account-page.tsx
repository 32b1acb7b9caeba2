import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ErrorBox, Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { fullDate, spaced } from "../mail/format.js";
import { accountsQuery, foldersQuery } from "../mail/queries.js";
import { describeAccount } from "../mail/sync-progress.js";
import { AccountActions } from "./account-actions.js";
import { AccountEditor } from "./account-editor.js";
import styles from "./accounts.module.css";
import { describePeriod } from "./describe-period.js";

/** One account: the evidence of what it is doing, and all that can be changed about it. */
export function AccountPage() {
  const { id } = useParams({ from: "/shell/accounts/$id" });
  const accounts = useQuery(accountsQuery);
  const { data: folders = [] } = useQuery(foldersQuery);
  const account = accounts.data?.find((candidate) => candidate.id === id);
  if (accounts.isError) return <ErrorBox error={accounts.error} onRetry={() => void accounts.refetch()} />;
  if (accounts.data === undefined) return <p role="status">Loading…</p>;
  if (account === undefined) return <Notice title="There is no such account" />;
  const { lastOkAt, lastError, nextTryAt } = account;
  const own = folders.filter(({ accountId }) => accountId === id);
  const done = own.reduce((sum, { total }) => sum + total, 0);
  const all = own.reduce((sum, { toSync, total }) => sum + (toSync ?? total), 0);
  const facts = {
    Address: account.address,
    State: describeAccount(account).words,
    Messages: `${spaced(done)} of ${spaced(all)}`,
    ...(account.syncDays !== null && { "Mail here": describePeriod(account) }),
    "Last success": lastOkAt === null ? "never" : fullDate(new Date(lastOkAt)),
    ...(lastError !== null && {
      "Last failure": `${lastError.message} (${fullDate(new Date(lastError.at))})`,
    }),
    ...(lastError?.server !== undefined && { "The server said": lastError.server }),
    ...(nextTryAt !== null && { "Next try": fullDate(new Date(nextTryAt)) }),
  };
  return (
    <Page title={account.name}>
      <dl className={styles.facts}>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <AccountActions account={account} />
      <p>
        <Link to="/accounts/$id/log" params={{ id }}>
          The conversation with the server
        </Link>
      </p>
      <h2 className={styles.subtitle}>Change it</h2>
      <AccountEditor key={account.id} account={account} />
    </Page>
  );
}
