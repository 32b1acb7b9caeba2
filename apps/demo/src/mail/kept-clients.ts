interface Kept<Client> {
  readonly client: Client;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** A client that nobody used for so long logs out. */
const IDLE_MS = 60_000;

/** Clients that are kept for a while after their use, because the next one comes soon. */
export class KeptClients<Client> {
  readonly #close: (client: Client) => Promise<void>;
  readonly #kept = new Map<string, Promise<Kept<Client>>>();

  constructor(close: (client: Client) => Promise<void>) {
    this.#close = close;
  }

  /** Lends the client of a key for one task, and opens it when there is none. A task that fails takes it away. */
  async use<T>(key: string, open: () => Promise<Client>, task: (client: Client) => Promise<T>): Promise<T> {
    const opening = this.#kept.get(key) ?? open().then((client) => ({ client, users: 0, timer: undefined }));
    this.#kept.set(key, opening);
    try {
      const kept = await opening;
      kept.users += 1;
      clearTimeout(kept.timer);
      try {
        return await task(kept.client);
      } finally {
        kept.users -= 1;
        if (kept.users === 0) kept.timer = setTimeout(() => void this.forget(key), IDLE_MS).unref();
      }
    } catch (error) {
      await this.forget(key);
      throw error;
    }
  }

  /** Closes the client of a key. */
  async forget(key: string): Promise<void> {
    const opening = this.#kept.get(key);
    this.#kept.delete(key);
    const kept = await opening?.catch(() => undefined);
    if (kept === undefined) return;
    clearTimeout(kept.timer);
    await this.#close(kept.client).catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((key) => this.forget(key)));
  }
}
