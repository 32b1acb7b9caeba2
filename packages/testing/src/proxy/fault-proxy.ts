import { connect, type Socket } from "node:net";
import { TcpListener } from "../net/tcp-listener.js";
import { requireKnownOptions } from "../options/known-options.js";
import { type ProxyFaults, proxyFaultNames } from "./proxy-faults.js";
import { ProxyPump } from "./proxy-pump.js";

/** What `startFaultProxy` takes: where connections go, and what goes wrong on the way. */
export interface FaultProxyOptions extends ProxyFaults {
  readonly target: { readonly host: string; readonly port: number };
  /**
   * Where the proxy listens, on a free port.
   * @defaultValue `"127.0.0.1"`
   */
  readonly host?: string;
}

/** A TCP proxy that misbehaves on demand. Stop it when the test ends. */
export interface FaultProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Connections that clients have open now. */
  readonly connections: number;
  /** Connections that clients opened so far, the dropped ones too. */
  readonly accepted: number;
  /** Bytes forwarded so far, all connections together. */
  readonly bytes: { readonly toServer: number; readonly toClient: number };
  /**
   * Changes some faults, for open connections too: a cut at a position that they have passed happens at once. Bytes
   * in flight keep the latency they started with.
   */
  setFaults(faults: ProxyFaults): Promise<void>;
  /** Cuts every connection and frees the port. */
  stop(): Promise<void>;
}

/** Starts a proxy in front of any TCP server, a real one too. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  requireKnownOptions(options, { ...proxyFaultNames, target: true, host: true }, "startFaultProxy");
  const { target, host = "127.0.0.1", ...initialFaults } = options;
  let faults: ProxyFaults = initialFaults;
  let accepted = 0;
  const bytes = { toServer: 0, toClient: 0 };
  const pumps = new Set<ProxyPump>();
  const upstreams = new Set<Socket>();
  const dialing = new Set<NodeJS.Timeout>();

  const relay = (client: Socket): void => {
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    upstreams.add(upstream);
    upstream.on("error", () => {});
    const reset = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    for (const [direction, from, to] of [
      ["toServer", client, upstream],
      ["toClient", upstream, client],
    ] as const) {
      const forwarded = (count: number): void => {
        bytes[direction] += count;
      };
      const notBefore = direction === "toClient" ? performance.now() + (faults.latencyMs ?? 0) : 0;
      const pump = new ProxyPump(from, to, { direction, notBefore, faults: () => faults, forwarded, reset });
      pumps.add(pump);
      to.once("close", () => pumps.delete(pump));
    }
    upstream.once("close", () => upstreams.delete(upstream));
  };

  const listener = await TcpListener.listen(host, (client) => {
    accepted++;
    const { dropEvery, maxConnections, latencyMs = 0 } = faults;
    const isDropped = dropEvery !== undefined && accepted % dropEvery === 0;
    if (isDropped || (maxConnections !== undefined && listener.connections > maxConnections)) {
      client.resetAndDestroy();
      return;
    }
    if (latencyMs <= 0) return relay(client);
    // The client's connect() returned at once instead of after a round trip: what it sends from now on is sent a
    // round trip later, and so is the greeting of a server, which hears of the connection half a round trip after that.
    const timer = setTimeout(() => {
      dialing.delete(timer);
      if (!client.destroyed) relay(client);
    }, latencyMs);
    dialing.add(timer);
  });

  const setFaults = async (changes: ProxyFaults): Promise<void> => {
    requireKnownOptions(changes, proxyFaultNames, "setFaults");
    faults = { ...faults, ...changes };
    if (faults.refuse === true) listener.refuse();
    else await listener.accept();
    for (const pump of pumps) pump.wake();
  };

  const stop = async (): Promise<void> => {
    for (const timer of dialing) clearTimeout(timer);
    for (const pump of pumps) pump.stop();
    const closed = [...upstreams].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const upstream of upstreams) upstream.destroy();
    await listener.stop();
    await Promise.all(closed);
  };

  await setFaults({});
  return {
    host: listener.host,
    port: listener.port,
    get connections() {
      return listener.connections;
    },
    get accepted() {
      return accepted;
    },
    bytes,
    setFaults,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
