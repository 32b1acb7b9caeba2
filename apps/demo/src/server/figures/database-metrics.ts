import { Gauge, type Registry } from "prom-client";
import type { Sql } from "../../db/open-database.js";
import { type DatabaseFigures, readDatabaseFigures } from "../../store/figures.js";

/** Whoever asks more often gets the same figures: they are counted in the database. */
const FRESH_MS = 10_000;

/** Adds what the database knows to a registry; it is counted when somebody reads it. */
export function addDatabaseMetrics(registry: Registry, database: Sql): void {
  const registers = [registry];
  let counted: { readonly at: number; readonly figures: Promise<DatabaseFigures> } | undefined;
  const read = async (): Promise<DatabaseFigures> => {
    if (counted === undefined || performance.now() - counted.at > FRESH_MS)
      counted = { at: performance.now(), figures: readDatabaseFigures(database) };
    return await counted.figures;
  };
  new Gauge({
    name: "mailwright_jobs",
    help: "Jobs that wait or run, by queue",
    labelNames: ["queue", "state"],
    registers,
    async collect() {
      this.reset();
      for (const { queue, state, count } of (await read()).jobs) this.set({ queue, state }, count);
    },
  });
  new Gauge({
    name: "mailwright_outbox",
    help: "Messages that were accepted for sending, by what became of them",
    labelNames: ["state"],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries((await read()).outbox)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: "mailwright_outbox_unknown",
    help: "Messages of which nobody knows whether they arrived",
    registers,
    async collect() {
      this.set((await read()).outbox["unknown"] ?? 0);
    },
  });
  new Gauge({
    name: "mailwright_sync_lag_seconds",
    help: "Since the last pass over the account that waits longest",
    registers,
    async collect() {
      this.set((await read()).syncLagSeconds);
    },
  });
}
