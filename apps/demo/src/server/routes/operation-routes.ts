import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "hono";
import type { Registry } from "prom-client";
import type { MailEnvironment } from "../../mail/mail-environment.js";
import { diagnoseDatabase } from "../../store/diagnosis.js";
import { hashToken } from "../../store/sessions.js";
import { createRouter } from "../create-router.js";
import { addDatabaseMetrics } from "../figures/database-metrics.js";
import { addressOf } from "../middleware/limit-rate.js";
import type { ApiEnv } from "../services.js";

/** What a machine that watches over this one is told. */
export interface Operations {
  readonly environment: MailEnvironment;
  /** Aborted when the process ends: it is not ready any more. */
  readonly stopping: AbortSignal;
  readonly registry?: Registry | undefined;
  /** What `/metrics` may be read with from elsewhere; from this machine only without it. */
  readonly metricsToken?: string | undefined;
}

const DATABASE_WAIT_MS = 3_000;

/** Whether the process lives, whether it is ready for requests, and its figures; whatever host a request names. */
export function operationRoutes({ environment, stopping, registry, metricsToken }: Operations) {
  const { database } = environment;
  if (registry !== undefined) addDatabaseMetrics(registry, database.sql);
  return createRouter()
    .get("/healthz", (c) => c.text("ok"))
    .get("/readyz", async (c) => {
      const ready = await readReadiness();
      return c.json(ready, ready.ready ? 200 : 503, { "cache-control": "no-store" });
    })
    .get("/metrics", async (c) => {
      if (registry === undefined || !mayRead(c, metricsToken)) return c.notFound();
      return c.body(await registry.metrics(), 200, { "content-type": registry.contentType });
    });

  async function readReadiness() {
    const draining = stopping.aborted;
    const expected = database.expectedMigrations;
    const found = await Promise.race([
      diagnoseDatabase(database.sql).catch(() => undefined),
      sleep(DATABASE_WAIT_MS, undefined, { ref: false }),
    ]);
    const migrations = found !== undefined && found.migrations >= expected;
    const lock = await database.isLockHeld();
    return {
      ready: !draining && found !== undefined && migrations && lock,
      draining,
      database: found !== undefined,
      migrations,
      lock,
    };
  }
}

/**
 * A proxy on this machine passes on the requests of others: they name another host. Who has the token may read from anywhere.
 */
function mayRead(c: Context<ApiEnv>, token: string | undefined): boolean {
  const [scheme = "", given = ""] = (c.req.header("authorization") ?? "").split(" ");
  if (token !== undefined && scheme.toLowerCase() === "bearer")
    return timingSafeEqual(hashToken(given), hashToken(token));
  const host = (c.req.header("host") ?? "").replace(/:\d+$/, "");
  return isLoopback(addressOf(c)) && (host === "localhost" || isLoopback(host));
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/, "");
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}
