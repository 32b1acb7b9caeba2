import { setTimeout as sleep } from "node:timers/promises";
import { inTransaction } from "../db/in-transaction.js";
import { type Tenant, wholeTenant, within } from "../store/tenant.js";
import { askForWireLogs, readWireLogs, tellWireLog, toWireLogRequest } from "../store/wire-logs.js";
import { listWorkers } from "../store/workers.js";
import type { MailEnvironment } from "./mail-environment.js";
import { MAX_LINES, type WireLine } from "./wire-log.js";

/** A process that stands still keeps nobody waiting for longer. */
const PATIENCE_MS = 1_000;
const LOOK_EVERY_MS = 50;

/**
 * The newest lines of the conversations with an account's server, of whatever process has them: the one that holds the account is
 * another than the one that is asked, where they run apart.
 */
export async function gatherWireLog(
  { database, wireLog }: Pick<MailEnvironment, "database" | "wireLog">,
  tenant: Tenant,
  accountId: string,
): Promise<WireLine[]> {
  const own = wireLog.read(accountId);
  if (database.kind === "pglite") return [...own];
  const workers = await listWorkers(database.sql);
  const awaited = new Set(workers.filter(({ isAlive }) => isAlive).map(({ id }) => id));
  awaited.delete(wireLog.processId);
  const askedAt = await inTransaction(database, async (sql) =>
    askForWireLogs(within(tenant, sql), accountId),
  );
  const deadline = performance.now() + PATIENCE_MS;
  while (true) {
    const told = await readWireLogs(tenant, accountId, askedAt);
    const others = told.filter(({ processId }) => processId !== wireLog.processId);
    for (const { processId } of others) awaited.delete(processId);
    if (awaited.size > 0 && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
    else
      return [...others.flatMap(({ lines }) => lines), ...own]
        .sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)))
        .slice(-MAX_LINES);
  }
}

/** Tells other processes the lines that this one has, whenever they ask; until it is disposed of. */
export function answerWireLogRequests({
  database,
  wireLog,
}: Pick<MailEnvironment, "database" | "wireLog">): Disposable {
  const answer = (topic: string): void => {
    const request = toWireLogRequest(topic);
    if (request === undefined) return;
    const { tenantId, accountId } = request;
    const told = { processId: wireLog.processId, lines: wireLog.read(accountId) };
    // An account that was removed meanwhile has no log, and who asked waits no longer than a second.
    tellWireLog(wholeTenant(tenantId, database.sql), accountId, told).catch(() => {});
  };
  database.changes.on("wake", answer);
  return { [Symbol.dispose]: () => void database.changes.off("wake", answer) };
}
