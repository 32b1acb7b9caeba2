import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { ErrorBox } from "../components/notice.js";
import { Page } from "../components/page.js";
import { fullDate } from "../mail/format.js";
import { AccountHolders, Pools, Workers } from "./account-holders.js";
import { LatencyChart } from "./latency-chart.js";
import { RecentErrors } from "./recent-errors.js";
import { OutcomeFigures, QueueFigures } from "./sending-figures.js";
import styles from "./status.module.css";
import { statusQuery } from "./status-query.js";

const DATABASES = { pglite: "PGlite", postgresql: "PostgreSQL" } as const;

/** What everything is doing, with the evidence. */
export function StatusPage() {
  const { data, error, dataUpdatedAt, refetch } = useQuery(statusQuery);
  return (
    <Page title="Status">
      {error !== null && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <p className={styles.loading} role="status">
          Asking how everything is …
        </p>
      )}
      {data !== undefined && (
        <>
          <p className={styles.soft}>
            On {DATABASES[data.database]}; the process that answers runs since{" "}
            {fullDate(new Date(data.startedAt))}.
          </p>
          <Section title="Waiting to go out">
            <QueueFigures outbox={data.outbox} />
          </Section>
          <Section title="Sent in the last day">
            <OutcomeFigures lastDay={data.outbox.lastDay} />
          </Section>
          <Section title="Accounts">
            <AccountHolders {...data} />
          </Section>
          <Section title="Connections">
            <Pools {...data} />
          </Section>
          <Section title="How long servers take">
            {data.latencies.every(({ slices }) => slices.length === 0) && (
              <p className={styles.soft}>No server was asked in the last hour.</p>
            )}
            <div className={styles.charts}>
              {data.latencies
                .filter(({ slices }) => slices.length > 0)
                .map((latencies) => (
                  <LatencyChart key={latencies.protocol} {...latencies} nowMs={dataUpdatedAt} />
                ))}
            </div>
          </Section>
          <Section title="Last errors">
            <RecentErrors {...data} />
          </Section>
          {data.workers !== undefined && (
            <Section title="Processes">
              <Workers workers={data.workers} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      {children}
    </section>
  );
}
