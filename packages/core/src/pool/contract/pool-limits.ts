import { resolveLimits } from "../../client/resolve-limits.js";

/** Bounds of a pool; all times in milliseconds. */
export interface PoolLimits {
  /** Open and opening connections per key. @defaultValue 3 */
  readonly maxPerKey?: number | undefined;
  /** Open and opening connections in all. @defaultValue Infinity */
  readonly maxTotal?: number | undefined;
  /** Callers in line in all; one more is refused with `"limit"`. @defaultValue 10000 */
  readonly maxWaiting?: number | undefined;
  /** How long a caller waits for a connection, opening included. @defaultValue 30000 */
  readonly acquireTimeoutMs?: number | undefined;
  /** Idle connections are closed after this. 0 closes at once on return. @defaultValue 300000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Connections older than this (less up to 2.5 %, so that they do not all end at once) are not lent again. @defaultValue 1800000 */
  readonly maxAgeMs?: number | undefined;
  /** Lends per connection. @defaultValue Infinity */
  readonly maxUses?: number | undefined;
  /** Connections idle for longer are checked before they are lent. @defaultValue 30000 */
  readonly checkAfterIdleMs?: number | undefined;
  /** How often an idle connection is checked so that the server does not drop it; 0 for never. @defaultValue 0 */
  readonly keepAliveMs?: number | undefined;
  /** Who keeps a connection for longer is named in a warning, with the stack of its acquire; 0 for never. @defaultValue 0 */
  readonly warnAfterLeasedMs?: number | undefined;
}

/** {@link PoolLimits} with every default filled in. */
export type ResolvedPoolLimits = { readonly [Name in keyof PoolLimits]-?: number };

const DEFAULTS: ResolvedPoolLimits = {
  maxPerKey: 3,
  maxTotal: Number.POSITIVE_INFINITY,
  maxWaiting: 10_000,
  acquireTimeoutMs: 30_000,
  idleTimeoutMs: 300_000,
  maxAgeMs: 1_800_000,
  maxUses: Number.POSITIVE_INFINITY,
  checkAfterIdleMs: 30_000,
  keepAliveMs: 0,
  warnAfterLeasedMs: 0,
};

const LEAST = {
  maxWaiting: 0,
  acquireTimeoutMs: 0,
  idleTimeoutMs: 0,
  maxAgeMs: 0,
  checkAfterIdleMs: 0,
  keepAliveMs: 0,
  warnAfterLeasedMs: 0,
};

/** Fills in the defaults, the package's own first; throws `"invalid-argument"` for what is no limit. */
export function resolvePoolLimits(limits?: PoolLimits, packageDefaults?: PoolLimits): ResolvedPoolLimits {
  const rules = { option: "pool", protocol: "core", least: LEAST, unbounded: "all" } as const;
  return resolveLimits(resolveLimits(DEFAULTS, packageDefaults, rules), limits, rules);
}
