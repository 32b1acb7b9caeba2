import { Link } from "@tanstack/react-router";
import type { Status } from "../api/answers.js";
import { clock, count, spaced } from "../mail/format.js";
import { describeAccount } from "../mail/sync-progress.js";
import { FiguresTable } from "./figures-table.js";
import styles from "./status.module.css";

const PROCESSES = { all: "Page, API and mail", serve: "Page and API", worker: "Mail" } as const;

/** The connections to each server, and how many at once it was found to allow. */
export function Pools({ pools, accounts }: Pick<Status, "pools" | "accounts">) {
  if (pools.length === 0) return <p className={styles.soft}>No connection was opened yet.</p>;
  return (
    <FiguresTable
      label="Connections"
      columns={["Account", "Protocol", "Open now", "Opened", "Failed", "Learned limit"]}
      rows={pools.map(({ accountId, protocol, open, opened, failed, learnedCap }) => ({
        key: `${accountId} ${protocol}`,
        cells: [
          accounts.find(({ id }) => id === accountId)?.name ?? accountId,
          protocol.toUpperCase(),
          spaced(open),
          spaced(opened),
          <span key="failed" className={styles.words} data-mood={failed > 0 ? "bad" : undefined}>
            {spaced(failed)}
          </span>,
          learnedCap === null ? "None met" : `${spaced(learnedCap)} at once`,
        ],
      }))}
    />
  );
}

/** All processes over the database; only owners are told of them. */
export function Workers({ workers }: { readonly workers: NonNullable<Status["workers"]> }) {
  return (
    <FiguresTable
      label="Processes"
      columns={["Process", "Does", "Version", "Since", "Accounts held", "Last heard"]}
      rows={workers.map(({ id, kind, host, pid, version, startedAt, beatAt, held, isAlive }) => ({
        key: id,
        cells: [
          `${host}, ${pid}`,
          PROCESSES[kind],
          version,
          new Date(startedAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
          spaced(held),
          <span key="heard" className={styles.words} data-mood={isAlive ? "good" : "bad"}>
            {isAlive ? "Alive" : "Silent since"} {clock(new Date(beatAt))}
          </span>,
        ],
      }))}
    />
  );
}

/** Who syncs each account, until when without a word from it, and what was said to its server. */
export function AccountHolders({
  accounts,
  leases,
  workers,
}: Pick<Status, "accounts" | "leases" | "workers">) {
  if (accounts.length === 0) return <p className={styles.soft}>There is no account yet.</p>;
  return (
    <FiguresTable
      label="Accounts"
      columns={["Account", "State", "Waits for the server", "Held by", "Until", "Conversation"]}
      rows={accounts.map((account) => {
        const { id, name, waitingChanges, changesNextTryAt } = account;
        const { mood, words } = describeAccount(account);
        const lease = leases.find(({ accountId }) => accountId === id);
        const worker = workers?.find(({ id: holder }) => holder === lease?.holder);
        return {
          key: id,
          cells: [
            <Link key="account" to="/accounts/$id" params={{ id }}>
              {name}
            </Link>,
            <span key="state" className={styles.words} data-mood={mood}>
              {words}
            </span>,
            waitingChanges === 0
              ? "–"
              : `${count(waitingChanges, "change")} of messages, next try ${clock(new Date(changesNextTryAt ?? 0))}`,
            lease === undefined ? "Nobody" : holderName(lease.holder, worker),
            lease === undefined ? "–" : clock(new Date(lease.expiresAt)),
            <Link key="log" to="/accounts/$id/log" params={{ id }} aria-label={`Wire log of ${name}`}>
              Wire log
            </Link>,
          ],
        };
      })}
    />
  );
}

function holderName(holder: string, worker: { readonly host: string; readonly pid: number } | undefined) {
  return worker === undefined ? holder : `${worker.host}, ${worker.pid}`;
}
