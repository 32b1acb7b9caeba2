import { type ConnectionReport, isMailError, type Lease, type OperationOptions } from "@mailwright/core";
import type { ResolvedServer } from "@mailwright/core/internal";
import { guarded } from "../connection/operation-guard.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { commitSession } from "./end-session.js";

/** Connects and logs in once, without retries, and tells what came of it. Rejects only for what is no `MailError`. */
export async function testConnection(
  { host, port, security }: ResolvedServer,
  acquire: () => Promise<Lease<Pop3Connection>>,
  { signal, timeoutMs = Number.POSITIVE_INFINITY }: OperationOptions,
): Promise<ConnectionReport> {
  const startedAt = performance.now();
  try {
    const lease = await acquire();
    try {
      const { wire, capabilities, offer, tls, latencyMs } = lease.connection;
      const authMechanisms = offer.capabilities.mechanisms;
      const remaining = { signal, timeoutMs: Math.max(1, timeoutMs - (performance.now() - startedAt)) };
      const { all } = await guarded(wire, remaining, "capability", () => capabilities.latest());
      await commitSession(lease.connection, 0);
      const names = [...all].map(([name, parameters]) => [name, ...parameters].join(" "));
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
