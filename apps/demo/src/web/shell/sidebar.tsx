import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, Inbox, Keyboard, PenLine, Plus, Settings, Star } from "lucide-react";
import { use } from "react";
import { Button } from "../components/button.js";
import { Logo } from "../components/logo.js";
import { ErrorBox } from "../components/notice.js";
import { useCompose } from "../compose/use-compose.js";
import { accountsQuery, foldersQuery } from "../mail/queries.js";
import { AccountFolders } from "./account-folders.js";
import { SendingLinks } from "./sending-links.js";
import { ShellContext } from "./shell-context.js";
import styles from "./sidebar.module.css";
import { Unread } from "./unread.js";

interface SidebarProps {
  readonly isOffline: boolean;
  readonly onNavigate?: () => void;
}

/** Where one can go: the lists over all accounts, then each account with its folders. */
export function Sidebar({ isOffline, onNavigate }: SidebarProps) {
  const accounts = useQuery(accountsQuery);
  const folders = useQuery(foldersQuery);
  const { openHelp } = use(ShellContext);
  const compose = useCompose();
  const write = (): void => {
    onNavigate?.();
    compose();
  };
  const unread = (folders.data ?? []).reduce(
    (sum, folder) => sum + (folder.role === "inbox" ? folder.unread : 0),
    0,
  );
  return (
    <nav
      className={styles.sidebar}
      aria-label="Folders"
      onClickCapture={(event) => {
        if (event.target instanceof Element && event.target.closest("a") !== null) onNavigate?.();
      }}
    >
      <div className={styles.logo}>
        <Logo />
      </div>
      <Button look="main" onClick={() => write()}>
        <PenLine size={16} aria-hidden />
        Write
      </Button>
      <ul className={styles.lists}>
        <li>
          <Link to="/inbox" className={styles.link}>
            <Inbox size={16} aria-hidden />
            <span className={styles.name}>Inbox</span>
            {unread > 0 && <Unread number={unread} />}
          </Link>
        </li>
        <li>
          <Link to="/starred" className={styles.link}>
            <Star size={16} aria-hidden />
            <span className={styles.name}>Starred</span>
          </Link>
        </li>
        <SendingLinks />
      </ul>
      {accounts.isPending && <Skeleton />}
      {accounts.isError && <ErrorBox error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.data?.map((account) => (
        <AccountFolders
          key={account.id}
          account={account}
          folders={(folders.data ?? []).filter(({ accountId }) => accountId === account.id)}
          isOffline={isOffline}
        />
      ))}
      {accounts.data?.length === 0 && <p className={styles.hint}>No account yet. Add your first account.</p>}
      <div className={styles.foot}>
        <Link to="/accounts/new" className={styles.link}>
          <Plus size={16} aria-hidden />
          <span className={styles.name}>Add an account</span>
        </Link>
        <Link to="/accounts" activeOptions={{ exact: true }} className={styles.link}>
          <Settings size={16} aria-hidden />
          <span className={styles.name}>Settings</span>
        </Link>
        <Link to="/status" className={styles.link}>
          <Activity size={16} aria-hidden />
          <span className={styles.name}>Status</span>
        </Link>
        <button type="button" className={styles.link} onClick={openHelp}>
          <Keyboard size={16} aria-hidden />
          <span className={styles.name}>Keyboard</span>
        </button>
      </div>
    </nav>
  );
}

function Skeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading accounts">
      <span />
      <span />
      <span />
    </div>
  );
}
