import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A connection that PostgreSQL tells notifications on. */
export interface Listener {
  stop(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/**
 * Listens on channels of PostgreSQL until it is stopped, and connects again when the connection is lost: what was told
 * meanwhile is missed, which costs promptness and nothing else. Rejects when it cannot connect at first.
 */
export async function listen(
  connectionString: string,
  channels: readonly string[],
  onTold: (channel: string, text: string) => void,
): Promise<Listener> {
  const stopped = new AbortController();
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString, keepAlive: true });
    client.on("notification", ({ channel, payload = "" }) => onTold(channel, payload));
    // The end of the connection says all that is to be done.
    client.on("error", () => {});
    await client.connect();
    for (const channel of channels) await client.query(`listen ${channel}`);
    client.once("end", () => void reconnect());
    return client;
  };
  const reconnect = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        await sleep(RECONNECT_MS, undefined, { signal: stopped.signal });
        current = await connect();
        if (stopped.signal.aborted) await current.end();
        return;
      } catch {
        // Away still, or stopped.
      }
    }
  };
  let current = await connect();
  return {
    async stop() {
      stopped.abort();
      await current.end();
    },
  };
}
