import { MailError } from "../../errors/mail-error.js";

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

const NAMES = [
  "maxPerKey",
  "maxTotal",
  "maxWaiting",
  "acquireTimeoutMs",
  "idleTimeoutMs",
  "maxAgeMs",
  "maxUses",
  "checkAfterIdleMs",
  "keepAliveMs",
  "warnAfterLeasedMs",
] as const satisfies readonly (keyof PoolLimits)[];

/** Fills in the defaults, the package's own first; throws `"invalid-argument"` for what is no limit. */
export function resolvePoolLimits(
  limits: PoolLimits = {},
  packageDefaults: PoolLimits = {},
): ResolvedPoolLimits {
  const resolved: Record<keyof PoolLimits, number> = { ...DEFAULTS };
  for (const given of [packageDefaults, limits]) {
    for (const name of NAMES) {
      const value = given[name];
      if (value === undefined) continue;
      const least = name === "maxPerKey" || name === "maxTotal" || name === "maxUses" ? 1 : 0;
      if (Number.isNaN(value) || value < least) {
        throw new MailError(`pool.${name} must be at least ${least}`, {
          code: "invalid-argument",
          protocol: "core",
        });
      }
      resolved[name] = value;
    }
  }
  return resolved;
}
