import type { Status } from "../api/answers.js";
import { clock, count, fullDate, spaced } from "../mail/format.js";
import { outcomeCounts, waitingCounts } from "./state-counts.js";
import styles from "./status.module.css";

type Outbox = Status["outbox"];

/** What waits to go out, by state, and what is tried again. */
export function QueueFigures({ outbox: { states, retries, nextTryAt } }: { readonly outbox: Outbox }) {
  const next = nextTryAt === null ? undefined : new Date(nextTryAt);
  return (
    <>
      <ul className={styles.tiles}>
        {waitingCounts(states).map(({ state, mood, words, count: number }) => (
          <li key={state} className={styles.tile} data-mood={number > 0 ? mood : undefined}>
            <span className={styles.number}>{spaced(number)}</span>
            {words}
          </li>
        ))}
      </ul>
      <p>
        {retries === 0
          ? "Nothing has to be tried again."
          : `${count(retries, "message")} will be tried again`}
        {retries > 0 && next !== undefined && (
          <>
            , the first at{" "}
            <time dateTime={next.toISOString()} title={fullDate(next)}>
              {clock(next)}
            </time>
          </>
        )}
      </p>
    </>
  );
}

/** What became of what was given for sending in the last day: a bar of shares, and each of them in words. */
export function OutcomeFigures({ lastDay }: Pick<Outbox, "lastDay">) {
  const outcomes = outcomeCounts(lastDay);
  if (outcomes.length === 0) return <p className={styles.soft}>Nothing was sent in the last day.</p>;
  return (
    <>
      <div className={styles.bar} aria-hidden>
        {outcomes.map(({ state, mood, count: number }) => (
          <span key={state} data-mood={mood} style={{ flexGrow: number }} />
        ))}
      </div>
      <ul className={styles.shares} aria-label="Outcomes of the last day">
        {outcomes.map(({ state, mood, words, count: number }) => (
          <li key={state}>
            <span className={styles.dot} data-mood={mood} />
            {words} <strong>{spaced(number)}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}
