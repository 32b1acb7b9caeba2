import { createRoute } from "@hono/zod-openapi";
import { type Account, listAccounts } from "../../store/accounts.js";
import { listLeases, listRecentErrors, readOutboxFigures } from "../../store/figures.js";
import { type Folder, listFolders } from "../../store/folders.js";
import { countWaiting } from "../../store/messages/wanted-changes.js";
import { listWorkers } from "../../store/workers.js";
import { createRouter } from "../create-router.js";
import { LatencyWindow } from "../figures/latency-window.js";
import type { MailFigures, PoolFigures } from "../figures/mail-figures.js";
import { isAllowed, requireScope } from "../middleware/authenticate.js";
import { problemResponse } from "../schemas/problem-schema.js";
import { statusSchema } from "../schemas/status-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const MAX_ERRORS = 50;
const route = createRoute({
  method: "get",
  path: "/status",
  middleware: requireScope("read"),
  responses: {
    200: {
      description: "What everything is doing, with the evidence",
      content: { "application/json": { schema: statusSchema } },
    },
    ...problemResponse,
  },
});

/** What everything is doing. */
export function statusRoutes({ environment, figures }: Services) {
  const startedAt = environment.now().toISOString();
  const { database, now } = environment;
  return createRouter().openapi(route, async (c) => {
    const { tenant, caller } = c.var;
    const folders = await listFolders(tenant);
    const accounts = await listAccounts(tenant);
    const waiting = await countWaiting(tenant);
    const pools = accounts.flatMap((account) => poolsOf(account, figures));
    const workers = isAllowed(caller, "admin") ? await listWorkers(database.sql) : undefined;
    return c.json(
      {
        database: database.kind,
        startedAt,
        accounts: accounts.map((account) => toProgress(account, folders, waiting.get(account.id))),
        outbox: toJson(await readOutboxFigures(tenant)),
        pools: pools.map(({ accountId, protocol, open, opened, failed, learnedCap }) => {
          return { accountId, protocol, open, opened, failed, learnedCap };
        }),
        latencies: toLatencies(pools, now().getTime()),
        errors: await listRecentErrors(tenant, MAX_ERRORS),
        leases: toJson(await listLeases(tenant)),
        workers: workers && toJson(workers),
      },
      200,
    );
  });
}

type Waiting = Awaited<ReturnType<typeof countWaiting>> extends Map<string, infer Value> ? Value : never;

function toProgress(account: Account, folders: readonly Folder[], waiting: Waiting | undefined) {
  const { id, name, state, lastOkAt, lastError, nextTryAt, failures } = account;
  const own = folders.filter(({ accountId }) => accountId === id);
  const synced = own.reduce((sum, folder) => sum + folder.synced, 0);
  const toSync = own.reduce((sum, folder) => sum + (folder.toSync ?? folder.total), 0);
  const shown = own.map(({ id: folderId, path, synced: done, toSync: all, lastPassAt }) => {
    return { id: folderId, path, synced: done, toSync: all, lastPassAt };
  });
  const status = { id, name, state, lastOkAt, lastError, nextTryAt, failures };
  const changes = { waitingChanges: waiting?.count ?? 0, changesNextTryAt: waiting?.nextTryAt ?? null };
  return toJson({ ...status, ...changes, synced, toSync, folders: shown });
}

function poolsOf({ id, kind, incoming, outgoing }: Account, figures: MailFigures | undefined) {
  const servers = [
    { protocol: kind, server: incoming },
    { protocol: "smtp", server: outgoing },
  ];
  const found = servers.flatMap(({ protocol, server }) =>
    server === null ? [] : (figures?.pool(protocol, `${server.host}:${server.user}`) ?? []),
  );
  return found.map((pool) => ({ ...pool, accountId: id }));
}

function toLatencies(pools: readonly PoolFigures[], nowMs: number) {
  const protocols = [...new Set(pools.map(({ protocol }) => protocol))].sort();
  return protocols.map((protocol) => {
    const own = pools.filter((pool) => pool.protocol === protocol).map(({ latency }) => latency);
    return { protocol, slices: LatencyWindow.read(own, nowMs) };
  });
}
