import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { leaseLost } from "../../mail/sync/lease-lost.js";
import { LatencyWindow } from "./latency-window.js";
import { listenToMail } from "./listen-to-mail.js";

/** The connections of this process to one server, as one user. */
export interface PoolFigures {
  readonly protocol: string;
  readonly open: number;
  readonly opened: number;
  readonly failed: number;
  /** What the server let it have when it said "too many connections"; `null` while it never did. */
  readonly learnedCap: number | null;
  readonly latency: LatencyWindow;
}

type Pool = { -readonly [Name in keyof PoolFigures]: PoolFigures[Name] };

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of accounts that were removed long ago nothing is kept for ever. */
const MAX_POOLS = 10_000;

/** What the clients of this process tell, counted: for `/metrics`, without any name, and by account for the status. */
export class MailFigures implements Disposable {
  readonly registry = new Registry();
  readonly #pools = new Map<string, Pool>();
  readonly #stop: () => void;

  constructor(now: () => number = Date.now) {
    const registers = [this.registry];
    const connections = new Gauge({
      name: "mailwright_connections",
      help: "Connections to mail servers",
      labelNames: ["protocol", "state"],
      registers,
    });
    const commands = new Histogram({
      name: "mailwright_command_seconds",
      help: "From a command to its answer",
      labelNames: ["protocol", "outcome"],
      buckets: SECONDS,
      registers,
    });
    const waits = new Histogram({
      name: "mailwright_pool_wait_seconds",
      help: "From the wish for a connection to having one",
      labelNames: ["outcome"],
      buckets: SECONDS,
      registers,
    });
    const retries = new Counter({
      name: "mailwright_retries_total",
      help: "Tries that failed and were followed by another",
      labelNames: ["protocol", "code"],
      registers,
    });
    const sends = new Counter({
      name: "mailwright_sends_total",
      help: "Messages handed to a server, by what became of them",
      labelNames: ["status"],
      registers,
    });
    const lost = new Counter({
      name: "mailwright_lease_lost_total",
      help: "Accounts that another process took over from this one",
      registers,
    });
    const countLost = (): void => lost.inc();
    leaseLost.subscribe(countLost);
    const stopListening = listenToMail({
      "mailwright:connection:open": ({ protocol, connectionId, error }) => {
        const pool = this.#pool(protocol, connectionId);
        if (error !== undefined) {
          pool.failed += 1;
          connections.inc({ protocol, state: "failed" });
          return;
        }
        pool.open += 1;
        pool.opened += 1;
        connections.inc({ protocol, state: "open" });
      },
      "mailwright:connection:close": ({ protocol, connectionId }) => {
        const pool = this.#pool(protocol, connectionId);
        pool.open = Math.max(0, pool.open - 1);
        connections.dec({ protocol, state: "open" });
      },
      "mailwright:command": ({ protocol, connectionId, durationMs, error }) => {
        this.#pool(protocol, connectionId).latency.add(durationMs, now());
        commands.observe({ protocol, outcome: error?.code ?? "ok" }, durationMs / 1_000);
      },
      "mailwright:pool:acquire": ({ waitMs, error }) => {
        waits.observe({ outcome: error?.code ?? "ok" }, waitMs / 1_000);
      },
      "mailwright:pool:throttled": ({ key, effectiveCap, error }) => {
        this.#pool(error.protocol, `${key}#`).learnedCap = effectiveCap;
      },
      "mailwright:retry": ({ protocol, error }) => retries.inc({ protocol, code: error.code }),
      "mailwright:send": ({ status }) => sends.inc({ status }),
    });
    this.#stop = () => {
      leaseLost.unsubscribe(countLost);
      stopListening();
    };
  }

  /** The connections to a server as a user, `host:user`. */
  pool(protocol: string, key: string): PoolFigures | undefined {
    return this.#pools.get(`${protocol} ${key}`);
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.registry.clear();
  }

  #pool(protocol: string, connectionId: string): Pool {
    const key = connectionId.slice(0, connectionId.lastIndexOf("#"));
    const name = `${protocol} ${key}`;
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const figures = { open: 0, opened: 0, failed: 0, learnedCap: null };
    const pool: Pool = { protocol, ...figures, latency: new LatencyWindow() };
    const [oldest] = this.#pools.keys();
    if (this.#pools.size >= MAX_POOLS && oldest !== undefined) this.#pools.delete(oldest);
    this.#pools.set(name, pool);
    return pool;
  }
}
