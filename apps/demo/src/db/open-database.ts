import { EventEmitter } from "node:events";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { applyMigrations, countMigrations } from "./apply-migrations.js";
import { type Listener, listen } from "./listen.js";
import { startDatabaseThread } from "./start-database-thread.js";

/** What runs statements: the database, or a transaction on it. */
export type Sql = NodePgDatabase & { readonly $client: pg.Pool | pg.PoolClient };

/** An open database, with every migration applied. */
export interface Database extends AsyncDisposable {
  readonly kind: "pglite" | "postgresql";
  /** For single statements. Inside of a transaction use the transaction's, never this one. */
  readonly sql: Sql;
  readonly pool: pg.Pool;
  /**
   * Emits `changed` after each transaction that may have written events, and on PostgreSQL after others' too; `wake` with
   * each topic of `wakeAfter`.
   */
  readonly changes: EventEmitter<Changes>;
  /** How many migrations this version of the program needs. */
  readonly expectedMigrations: number;
  /** Whether the folder is still ours; of PostgreSQL there is no lock to lose. */
  isLockHeld(): Promise<boolean>;
  close(): Promise<void>;
}

/** What is told of a database; who missed it finds it in the tables. */
interface Changes {
  changed: [];
  wake: [topic: string];
}

/** Where the database is: a folder of PGlite's, memory, or a PostgreSQL. */
export type DatabaseLocation =
  | {
      readonly folder: string | undefined;
      /** How long to wait for the folder's lock: a program that was killed has held it until 15 seconds ago. */
      readonly lockWaitSeconds?: number | undefined;
    }
  | {
      readonly url: string;
      /** A process that stands still inside of a transaction keeps what it has locked for so long and no longer. */
      readonly stalledAfterMs?: number | undefined;
    };

/** The name of the channel on which PostgreSQL tells that there are new events. */
export const CHANGES_CHANNEL = "mailwright_changes";
/** The name of the channel on which PostgreSQL tells topics of `wakeAfter`. */
export const WAKES_CHANNEL = "mailwright_wakes";

const STALLED_AFTER_MS = 30_000;

/** Opens the database and brings its tables up to date. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  if ("url" in location)
    return await openPostgresql(location.url, location.stalledAfterMs ?? STALLED_AFTER_MS);
  return await openPglite(location.folder, location.lockWaitSeconds ?? 0);
}

async function openPglite(folder: string | undefined, lockWaitSeconds: number): Promise<Database> {
  const thread = await startDatabaseThread(folder, lockWaitSeconds);
  // One connection: PGlite runs one statement at a time, and portals of two would mix. A caller that waits for
  // itself (the database inside of its own transaction) becomes an error.
  const pool = new pg.Pool({
    host: thread.host,
    port: thread.port,
    user: "postgres",
    database: "postgres",
    max: 1,
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 0,
  });
  return await prepare("pglite", pool, thread);
}

async function openPostgresql(connectionString: string, stalledAfterMs: number): Promise<Database> {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    // Of hundreds of accounts many may want one of them at once, and to wait is no failure.
    connectionTimeoutMillis: 30_000,
    // Else nobody could take over the accounts of a process that was stopped there, and lives.
    idle_in_transaction_session_timeout: stalledAfterMs,
  });
  let listener: Listener | undefined;
  const database = await prepare("postgresql", pool, {
    isLocked: async () => true,
    stop: async () => listener?.stop(),
  });
  listener = await listen(connectionString, [CHANGES_CHANNEL, WAKES_CHANNEL], (channel, topic) => {
    if (channel === WAKES_CHANNEL) database.changes.emit("wake", topic);
    else database.changes.emit("changed");
  });
  return database;
}

async function prepare(
  kind: Database["kind"],
  pool: pg.Pool,
  below: { readonly isLocked: () => Promise<boolean>; readonly stop: () => Promise<void> },
): Promise<Database> {
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  // So does one in use that breaks between two statements; the next one says so.
  pool.on("connect", (client) => client.on("error", () => {}));
  const close = async (): Promise<void> => {
    await pool.end();
    await below.stop();
  };
  try {
    await applyMigrations(pool);
  } catch (error) {
    await close();
    throw error;
  }
  const changes = new EventEmitter<Changes>().setMaxListeners(0);
  return {
    kind,
    sql: drizzle(pool),
    pool,
    changes,
    expectedMigrations: countMigrations(),
    isLockHeld: () => below.isLocked(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
