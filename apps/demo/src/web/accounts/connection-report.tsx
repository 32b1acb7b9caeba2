import type { InferResponseType } from "hono/client";
import { Check, X } from "lucide-react";
import type { client } from "../api/client.js";
import styles from "./accounts.module.css";
import { adviceFor, phaseName } from "./connection-words.js";

/** How far a test of an account came; with `outgoing`, at the server for mail that goes out too. */
type Report = InferResponseType<typeof client.accounts.test.$post, 200>;

/** A test at each server of an account. */
export function AccountReport({ report: { outgoing, ...incoming } }: { readonly report: Report }) {
  return (
    <>
      <ConnectionReport report={incoming} />
      {outgoing !== undefined && <ConnectionReport report={outgoing} />}
    </>
  );
}

/** A test phase by phase: what went well, what did not, in the server's words, and what to do. */
function ConnectionReport({ report }: { readonly report: Omit<Report, "outgoing"> }) {
  const { ok, error, phases, host, port } = report;
  const failed = phases.find((phase) => !phase.ok);
  return (
    <div
      ref={(box) => box?.scrollIntoView({ block: "nearest" })}
      className={ok ? styles.report : styles.refused}
      role={ok ? "status" : "alert"}
    >
      <p className={styles.outcome}>
        {ok ? `${host}:${port} works` : `${host}:${port}: ${phaseName(failed?.phase)} failed`}
      </p>
      <ul className={styles.phases} aria-label="Phases">
        {phases.map(({ phase, ok: isPassed, ms }) => (
          <li key={phase}>
            {isPassed ? (
              <Check size={14} aria-label="passed" className={styles.passed} />
            ) : (
              <X size={14} aria-label="failed" className={styles.failed} />
            )}
            {phaseName(phase)}
            {ms !== undefined && <span className={styles.time}> {Math.round(ms)} ms</span>}
            {!isPassed && error?.server !== undefined && (
              <p className={styles.words}>The server said: {error.server}</p>
            )}
          </li>
        ))}
      </ul>
      {error !== undefined && (
        <>
          <p>{error.message}</p>
          <p>{adviceFor(error.code)}</p>
        </>
      )}
    </div>
  );
}
