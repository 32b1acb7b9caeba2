import type { Logger } from "../../observe/logger.js";
import type { Clock } from "../../time/clock.js";

/** What a pool needs of its surroundings. */
export interface PoolOptions {
  /** Hears about connections that are held for too long. @defaultValue silent */
  readonly logger?: Logger | undefined;
  /** @defaultValue the system's */
  readonly clock?: Clock | undefined;
  /** Numbers from 0 up to 1 for jitter. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}
