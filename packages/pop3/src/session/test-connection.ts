import {
  type ConnectionPool,
  type ConnectionReport,
  isMailError,
  type OperationOptions,
} from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import type { Pop3PoolKey } from "../connection/pop3-pool.js";
import { commitSession } from "./end-session.js";

/** Connects and logs in once, without retries, and tells what came of it. Rejects only for what is no `MailError`. */
export async function testConnection(
  pool: ConnectionPool<Pop3Connection, Pop3PoolKey>,
  key: Pop3PoolKey,
  options: OperationOptions,
): Promise<ConnectionReport> {
  const { host, port, security } = key.account.server;
  const startedAt = performance.now();
  try {
    const lease = await pool.acquire(key, options);
    try {
      const { capabilities, authMechanisms, tls, latencyMs } = lease.connection;
      await commitSession(lease.connection, 0);
      const names = [...capabilities.all].map(([name, parameters]) => [name, ...parameters].join(" "));
      return { ok: true, host, port, security, tls, capabilities: names, authMechanisms, latencyMs };
    } finally {
      lease.markBroken();
      await lease.release();
    }
  } catch (error) {
    if (!isMailError(error)) throw error;
    const latencyMs = { total: performance.now() - startedAt };
    return { ok: false, host, port, security, capabilities: [], authMechanisms: [], latencyMs, error };
  }
}
