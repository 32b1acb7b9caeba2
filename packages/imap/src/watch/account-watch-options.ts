import type { ImapSyncAllOptions } from "../sync/account/account-options.js";
import type { WatchOptions } from "./watch-event.js";

/**
 * How to watch an account. `pollMs` is how often to look at the folders for which nothing announces changes
 * (default 60 seconds). `timeoutMs` bounds each step of a sync. `concurrency` holds for the first look at the account: what
 * changes later comes on the connection that waits.
 */
export interface AccountWatchOptions extends ImapSyncAllOptions, Omit<WatchOptions, "signal"> {}
