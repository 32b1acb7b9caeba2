import { publishDiagnostic } from "../../observe/diagnostics.js";
import { toResult } from "../../results/result.js";
import type { Clock } from "../../time/clock.js";
import type { Lease } from "../contract/lease.js";

/**
 * Tells who listens how an acquire ended. In the asynchronous context of the caller, so that traces
 * hang together; not of whoever happened to give the connection back.
 */
export async function observedAcquire<C>(
  leasing: Promise<Lease<C>>,
  key: string,
  clock: Clock,
): Promise<Lease<C>> {
  const since = clock.now();
  const result = await toResult(leasing);
  const waitMs = clock.now() - since;
  publishDiagnostic("mailwright:pool:acquire", () => {
    if (!result.ok) return { key, waitMs, isReused: false, error: result.error };
    const { connectionId, isReused } = result.value;
    return { key, connectionId, waitMs, isReused };
  });
  if (result.ok) return result.value;
  throw result.error;
}
