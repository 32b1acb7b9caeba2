import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import buttons from "../components/button.module.css";
import { ErrorBox, Notice } from "../components/notice.js";
import { accountsQuery } from "../mail/queries.js";
import { describeAccount } from "../mail/sync-progress.js";
import { SettingsPage } from "../settings/settings-page.js";
import styles from "./accounts.module.css";

/** All accounts, and what each is doing. */
export function AccountsPage() {
  const accounts = useQuery(accountsQuery);
  return (
    <SettingsPage title="Accounts">
      {accounts.isError && <ErrorBox error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.data?.length === 0 && <Notice title="No account yet" />}
      {accounts.data !== undefined && accounts.data.length > 0 && (
        <ul className={styles.list}>
          {accounts.data.map((account) => {
            const { mood, words } = describeAccount(account);
            return (
              <li key={account.id}>
                <Link to="/accounts/$id" params={{ id: account.id }} className={styles.item}>
                  <span className={styles.colour} style={{ background: account.colour }} />
                  <span>
                    {account.name} <span className={styles.address}>{account.address}</span>
                  </span>
                  <span className={styles.address}>{account.kind.toUpperCase()}</span>
                  <span className={styles.state} data-mood={mood}>
                    {words}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      <p>
        <Link to="/accounts/new" className={`${buttons.button} ${buttons.main}`}>
          <Plus size={16} aria-hidden />
          Add an account
        </Link>
      </p>
    </SettingsPage>
  );
}
