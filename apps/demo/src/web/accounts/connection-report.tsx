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
  const { ok, error, latencyMs, host, port } = report;
  const passed = Object.entries(latencyMs).filter(([phase]) => phase !== "total" && phase !== error?.phase);
  return (
    <div
      ref={(box) => box?.scrollIntoView({ block: "nearest" })}
      className={ok ? styles.report : styles.refused}
      role={ok ? "status" : "alert"}
    >
      <p className={styles.outcome}>
        {ok ? `${host}:${port} works` : `${host}:${port}: ${phaseName(error?.phase)} failed`}
      </p>
      <ul className={styles.phases} aria-label="Phases">
        {passed.map(([phase, ms]) => (
          <li key={phase}>
            <Check size={14} aria-label="passed" className={styles.passed} />
            {phaseName(phase)} <span className={styles.time}>{Math.round(ms)} ms</span>
          </li>
        ))}
        {error !== undefined && (
          <li>
            <X size={14} aria-label="failed" className={styles.failed} />
            {phaseName(error.phase)}
          </li>
        )}
      </ul>
      {error !== undefined && (
        <>
          <p>{error.message}</p>
          {error.server !== undefined && <p className={styles.words}>The server said: {error.server}</p>}
          <p>{adviceFor(error.code)}</p>
        </>
      )}
    </div>
  );
}
