import type { Clock } from "./clock.js";
import { publishDiagnostic } from "./diagnostics.js";
import type { Lease } from "./lease.js";
import { toResult } from "./result.js";

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
