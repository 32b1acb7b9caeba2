import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Archive,
  File,
  Folder as FolderIcon,
  Inbox,
  Mails,
  Send,
  ShieldAlert,
  Star,
  Trash2,
} from "lucide-react";
import type { Account, Folder } from "../api/answers.js";
import { client, read } from "../api/client.js";
import { describeAccount, describeSync, type ProgressSample } from "../mail/sync-progress.js";
import styles from "./sidebar.module.css";
import { Unread } from "./unread.js";

const ICONS = {
  inbox: Inbox,
  sent: Send,
  drafts: File,
  trash: Trash2,
  spam: ShieldAlert,
  archive: Archive,
  all: Mails,
  flagged: Star,
  custom: FolderIcon,
} as const;

interface AccountFoldersProps {
  readonly account: Account;
  readonly folders: readonly Folder[];
  readonly isOffline: boolean;
}

/** One account: what it is doing, and its folders. */
export function AccountFolders({ account, folders, isOffline }: AccountFoldersProps) {
  const { mood, words } = describeAccount(account);
  const sync = useMutation({
    mutationFn: async () => await read(client.accounts[":id"].sync.$post({ param: { id: account.id } })),
  });
  return (
    <section className={styles.account} aria-label={account.name}>
      <div className={styles.head}>
        <span className={styles.colour} style={{ background: account.colour }} />
        <span className={styles.who} title={account.address}>
          {account.name}
        </span>
        <span className={styles.dot} data-mood={isOffline ? "idle" : mood} />
      </div>
      <p className={mood === "bad" ? styles.trouble : styles.state} title={words}>
        {isOffline ? "Not known while offline" : words}
      </p>
      {mood === "bad" && !isOffline && (
        <button type="button" className={styles.now} onClick={() => sync.mutate()} disabled={sync.isPending}>
          Try now
        </button>
      )}
      <ul>
        {folders
          .filter(({ isSelectable }) => isSelectable)
          .map((folder) => (
            <FolderLink key={folder.id} folder={folder} />
          ))}
      </ul>
    </section>
  );
}

function FolderLink({ folder }: { readonly folder: Folder }) {
  const Icon = ICONS[folder.role];
  const { data: samples = [] } = useQuery<ProgressSample[]>({
    queryKey: ["progress", folder.id],
    enabled: false,
  });
  const sync = describeSync(folder, samples);
  return (
    <li>
      <Link
        to="/a/$account/f/$folder"
        params={{ account: folder.accountId, folder: folder.id }}
        className={styles.link}
        title={folder.path}
      >
        <Icon size={16} aria-hidden />
        <span className={styles.name}>{folder.displayName}</span>
        {folder.unread > 0 && <Unread number={folder.unread} />}
      </Link>
      {sync !== undefined && (
        <div className={styles.sync}>
          <progress value={sync.done} max={sync.total} aria-label={`First sync of ${folder.displayName}`} />
          <span>{sync.words}</span>
        </div>
      )}
    </li>
  );
}
