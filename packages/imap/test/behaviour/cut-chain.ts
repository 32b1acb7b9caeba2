import { setImmediate } from "node:timers/promises";
import { RetryBudget } from "@mailwright/core";
import { type MailServers, startFaultProxy } from "@mailwright/testing";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

/** `MAILWRIGHT_LONG=1`: the connection is cut after each byte, not after a share of them. */
export const isLong: boolean = process.env["MAILWRIGHT_LONG"] === "1";
/** What takes longer than this hangs. */
export const HANG_MS: number = isLong ? 1_800_000 : 300_000;

/** Of the places to cut at, one in so many is tried; a prime, so that what comes at regular distances is met too. */
export const EVERY: number = isLong ? 1 : 43;

/** The first place of a sweep. */
export const FIRST: number = isLong ? 0 : 6;

/** How a connection ends: in order, or by a reset. */
export type CutKind = "fin" | "rst";

/** A client behind a proxy that cuts its connection at one byte after the other. */
export interface CutChain extends AsyncDisposable {
  readonly imap: ImapClient;
  /** Opens a connection, if there is none, and leaves it alone. */
  connect(): Promise<void>;
  /** Cuts the connection when the server has sent so many bytes from now on. */
  cutAfter(bytes: number): Promise<void>;
  /** The server's bytes so far, of all connections. */
  readonly receivedBytes: number;
  /**
   * Runs a step again and again, each time with the connection cut after one more of the bytes that the
   * server sends in it, until the step is over before the cut. Answers with the number of cuts.
   */
  sweep(step: (run: number) => Promise<void>, options?: SweepOptions): Promise<number>;
}

/** Where a sweep starts, and which cuts it does. */
interface SweepOptions {
  /** Whether the connection is made within the step. @defaultValue false */
  readonly isAfresh?: boolean;
  /** For one of several chains that share the work. @defaultValue 0 */
  readonly share?: number;
  /** @defaultValue 1 */
  readonly shares?: number;
  /** One place in so many is tried. @defaultValue {@link EVERY} */
  readonly step?: number;
}

/** How the client of a chain connects. */
interface ChainOptions extends Pick<ImapClientOptions, "compress"> {
  /** @defaultValue "none" */
  readonly security?: "none" | "starttls" | "tls";
  /** Logs in with it, in place of the password. */
  readonly accessToken?: string;
}

/** Starts a client of an account of its own. Connections that replace a cut one are left alone. */
export async function cutChain(
  mail: MailServers,
  user: string,
  kind: CutKind,
  { security = "none", accessToken, compress }: ChainOptions = {},
): Promise<CutChain> {
  const target = { host: "127.0.0.1", port: security === "tls" ? mail.imap.tlsPort : mail.imap.port };
  const proxy = await startFaultProxy({ target });
  const heal = (): void => void proxy.setFaults({ cut: undefined });
  const imap = new ImapClient({
    server: { host: "127.0.0.1", port: proxy.port, security, tls: { ca: mail.ca } },
    credentials: accessToken === undefined ? { user, password: "secret-word" } : { user, accessToken },
    pool: { maxPerKey: 1 },
    retry: {
      backoff: () => 0,
      budget: new RetryBudget(Number.POSITIVE_INFINITY),
      onRetry: ({ error }) => {
        heal();
        // A connection that ends is noticed at once; waiting for a deadline would be a hang.
        if (error.code === "timeout") throw error;
      },
    },
    timeouts: { connectMs: 20_000, commandMs: 20_000 },
    compress,
  });
  imap.onStateChange((state) => {
    if (state === "disconnected") heal();
  });
  /** What earlier connections carried: positions count from the start of each. */
  let earlierBytes = 0;
  const cutAfter = async (bytes: number): Promise<void> => {
    const afterBytes = proxy.bytes.toClient - earlierBytes + bytes;
    await proxy.setFaults({ cut: { direction: "toClient", afterBytes, with: kind } });
  };
  const disconnect = async (): Promise<void> => {
    await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 0, with: kind } });
    while (proxy.connections > 0 || imap.stats().open > 0) await setImmediate();
    earlierBytes = proxy.bytes.toClient;
  };
  const connect = async (): Promise<void> => {
    heal();
    if (imap.stats().open > 0) return;
    earlierBytes = proxy.bytes.toClient;
    await imap.search("INBOX", {});
  };
  return {
    imap,
    connect,
    cutAfter,
    get receivedBytes() {
      return proxy.bytes.toClient;
    },
    async sweep(run, { isAfresh = false, share = 0, shares = 1, step = EVERY } = {}) {
      await disconnect();
      const every = shares * step;
      for (let cut = share * step + FIRST, cuts = 0; ; cut += every, cuts++) {
        await (isAfresh ? disconnect() : connect());
        const { accepted } = proxy;
        const startedAt = proxy.bytes.toClient;
        await cutAfter(cut);
        await run(cuts).catch((error: unknown) => {
          throw new Error(`Cut by ${kind} after byte ${cut}`, { cause: error });
        });
        const replaced = proxy.accepted - accepted - (isAfresh ? 1 : 0);
        if (replaced === 0 && proxy.bytes.toClient - startedAt < cut) return cuts;
        // Cut, and not needed any more: the next run must not find what is left of it.
        while (replaced === 0 && imap.stats().open > 0) await setImmediate();
        earlierBytes = startedAt + cut;
      }
    },
    async [Symbol.asyncDispose]() {
      heal();
      await imap.close();
      await proxy.stop();
    },
  };
}
