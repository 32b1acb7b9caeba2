import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type ServerOpts, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@mailwright/suite";
import { afterEach, describe, expect, test } from "vitest";
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "../../src/proxy/fault-proxy.js";
import type { ProxyFaults } from "../../src/proxy/proxy-faults.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Target {
  host: string;
  port: number;
  sockets: Socket[];
  received: Buffer[];
}

async function serve(onSocket: (socket: Socket) => void, options: ServerOpts = {}): Promise<Target> {
  const target: Target = { host: "127.0.0.1", port: 0, sockets: [], received: [] };
  const server: Server = createServer({ noDelay: true, ...options }, (socket) => {
    target.sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => target.received.push(bytes));
    onSocket(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  target.port = (server.address() as AddressInfo).port;
  cleanups.push(() => {
    for (const socket of target.sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return target;
}

async function through(target: Target, faults: Omit<FaultProxyOptions, "target"> = {}): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target: { host: target.host, port: target.port }, ...faults });
  cleanups.push(() => proxy.stop());
  return proxy;
}

interface Client {
  socket: Socket;
  chunks: Buffer[];
  text(): string;
  /** How the connection ended: "end", or the code of the error. */
  outcome: Promise<string>;
  hear(length: number): Promise<void>;
}

function dial(proxy: { host: string; port: number }): Client {
  const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true, allowHalfOpen: true });
  cleanups.push(() => socket.destroy());
  const chunks: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => chunks.push(bytes));
  const outcome = new Promise<string>((resolve) => {
    socket.once("end", () => resolve("end"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  const text = (): string => Buffer.concat(chunks).toString();
  const hear = async (length: number): Promise<void> => {
    while (text().length < length) await once(socket, "data", { signal: AbortSignal.timeout(20_000) });
  };
  return { socket, chunks, text, outcome, hear };
}

/** How long something takes, in units of a timer that is set at the same time: a busy machine makes both late. */
async function inUnitsOf(timerMs: number, job: () => Promise<void>): Promise<number> {
  const started = performance.now();
  const [jobMs, waitedMs] = await Promise.all(
    [job(), sleep(timerMs)].map(async (work) => {
      await work;
      return performance.now() - started;
    }),
  );
  return (jobMs ?? 0) / (waitedMs ?? 0);
}

/** The least of several: what else the machine does adds to some. */
async function leastOf(count: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < count; run++) least = Math.min(least, await measure());
  return least;
}

const echo = (): Promise<Target> => serve((socket) => socket.pipe(socket));

describe("startFaultProxy", () => {
  test("without faults it is a plain relay that counts", async () => {
    const proxy = await through(await echo());
    const client = dial(proxy);
    client.socket.write("hello");
    await client.hear(5);
    expect(client.text()).toBe("hello");
    expect(proxy.bytes).toEqual({ toServer: 5, toClient: 5 });
    expect([proxy.connections, proxy.accepted]).toEqual([1, 1]);
    client.socket.end();
    expect(await client.outcome).toBe("end");
    await until(() => proxy.connections === 0);
    expect(proxy.accepted).toBe(1);
  });

  test("20 MB pass unchanged in both directions at once, with back-pressure on a slow reader", async () => {
    const data = randomBytes(20_000_000);
    const target = await echo();
    const proxy = await through(target);
    const client = dial(proxy);
    client.socket.end(data);
    client.socket.pause();
    await sleep(50);
    expect(proxy.bytes.toServer).toBeLessThan(data.length);
    client.socket.resume();
    expect(await client.outcome).toBe("end");
    const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
    expect(digest(Buffer.concat(client.chunks))).toBe(digest(data));
  });

  test("latency is a round trip for each question, and one round trip for a hundred at once", async () => {
    const latencyMs = 40;
    const proxy = await through(await echo(), { latencyMs });
    const client = dial(proxy);
    let asked = 0;
    const ask = async (questions: number): Promise<void> => {
      asked += questions;
      for (let question = 0; question < questions; question++) {
        client.socket.write("x");
        await new Promise(setImmediate);
      }
      await client.hear(asked);
    };
    await ask(1);
    const one = await leastOf(9, () => inUnitsOf(latencyMs, () => ask(1)));
    expect(one).toBeGreaterThan(0.95);
    expect(one).toBeLessThan(1.5);
    expect(await leastOf(5, () => inUnitsOf(latencyMs, () => ask(100)))).toBeLessThan(3);
  });

  test("latency makes a connection as slow as a handshake does", async () => {
    const latencyMs = 40;
    const greeter = await serve((socket) => socket.write("hello"));
    const echoing = await through(await echo(), { latencyMs });
    const greeting = await through(greeter, { latencyMs });
    for (const proxy of [greeting, echoing]) {
      const connecting = await leastOf(5, () =>
        inUnitsOf(2 * latencyMs, async () => {
          const client = dial(proxy);
          if (proxy === echoing) client.socket.write("hello");
          await client.hear(5);
        }),
      );
      expect(connecting).toBeGreaterThan(0.95);
      expect(connecting).toBeLessThan(1.5);
    }
  });

  test("latency does not limit throughput", async () => {
    const data = Buffer.alloc(16_000_000, 1);
    const target = await serve((socket) => socket.end(data));
    const fetch = async (faults: ProxyFaults): Promise<number> => {
      const proxy = await through(target, faults);
      const started = performance.now();
      const client = dial(proxy);
      expect(await client.outcome).toBe("end");
      expect(Buffer.concat(client.chunks)).toHaveLength(data.length);
      return performance.now() - started;
    };
    const latencyMs = 40;
    // 64 KB in flight, as without window scaling, would need 250 round trips.
    const roundTrips = await leastOf(3, async () => {
      const nearMs = await fetch({});
      return ((await fetch({ latencyMs })) - nearMs) / latencyMs;
    });
    expect(roundTrips).toBeLessThan(20);
  });

  test("bandwidth is kept in each direction by itself", async () => {
    const bytes = 100_000;
    const target = await serve((socket) => socket.end(Buffer.alloc(bytes, 1)));
    const exchange = async (uploadBytes: number): Promise<void> => {
      const client = dial(await through(target, { bytesPerSecond: 400_000 }));
      await once(client.socket, "connect");
      client.socket.write(Buffer.alloc(uploadBytes, 2));
      await client.outcome;
      expect(Buffer.concat(client.chunks)).toHaveLength(bytes);
    };
    // Together they take as long as the bytes of one.
    const both = await leastOf(3, () => inUnitsOf(250, () => exchange(bytes)));
    expect(both).toBeGreaterThan(0.95);
    expect(both).toBeLessThan(1.6);
  });

  const greeting = "220 hello\r\n";
  test.each(["fin", "rst"] as const)(
    "a cut with %s to the client comes after exactly n bytes",
    async (way) => {
      for (let afterBytes = 0; afterBytes <= greeting.length; afterBytes++) {
        const proxy = await through(await serve((socket) => socket.write(greeting)), {
          cut: { direction: "toClient", afterBytes, with: way },
        });
        const client = dial(proxy);
        expect(await client.outcome).toBe(way === "fin" ? "end" : "ECONNRESET");
        expect(client.text()).toBe(greeting.slice(0, afterBytes));
        expect(proxy.bytes.toClient).toBe(afterBytes);
      }
    },
  );

  test.each(["fin", "rst"] as const)(
    "a cut with %s to the server comes after exactly n bytes",
    async (way) => {
      for (const afterBytes of [0, 1, 5, 6, 7, 12]) {
        let ended = "";
        const target = await serve((socket) => {
          socket.on("end", () => {
            ended = "end";
            socket.end("bye");
          });
          socket.on("error", (error: NodeJS.ErrnoException) => {
            ended = error.code ?? "";
          });
        });
        const client = dial(await through(target, { cut: { direction: "toServer", afterBytes, with: way } }));
        client.socket.write("QUIT\r\nQUIT\r\n");
        expect(await client.outcome).toBe(way === "fin" ? "end" : "ECONNRESET");
        expect(client.text()).toBe(way === "fin" ? "bye" : "");
        await until(() => ended !== "");
        expect(Buffer.concat(target.received).toString()).toBe("QUIT\r\nQUIT\r\n".slice(0, afterBytes));
        expect(ended).toBe(way === "fin" ? "end" : "ECONNRESET");
      }
    },
  );

  test("a FIN cut is half a close: the client can still speak", async () => {
    const target = await serve((socket) => socket.write("+OK"));
    const client = dial(
      await through(target, { cut: { direction: "toClient", afterBytes: 3, with: "fin" } }),
    );
    await client.outcome;
    client.socket.end("QUIT\r\n");
    await until(() => target.sockets[0]?.readableEnded === true);
    expect(Buffer.concat(target.received).toString()).toBe("QUIT\r\n");
  });

  test("a stall is silence until it is taken back", async () => {
    const proxy = await through(await echo(), { stall: { direction: "toClient", afterBytes: 4 } });
    const client = dial(proxy);
    client.socket.write("12345678");
    await client.hear(4);
    await sleep(40);
    expect(client.text()).toBe("1234");
    expect(client.socket.destroyed).toBe(false);
    await proxy.setFaults({ stall: undefined });
    await client.hear(8);
    expect(client.text()).toBe("12345678");
  });

  test("faults set later reach open connections", async () => {
    const proxy = await through(await echo());
    const client = dial(proxy);
    client.socket.write("12345678");
    await client.hear(8);
    await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 3, with: "rst" } });
    expect(await client.outcome).toBe("ECONNRESET");
  });

  test("one byte at a time", async () => {
    const proxy = await through(await echo(), { oneByteAtATime: true });
    const client = dial(proxy);
    client.socket.write("abcdef");
    await client.hear(6);
    expect(client.chunks.map(String)).toEqual([..."abcdef"]);
  });

  test("every n-th connection is dropped, and those above the cap", async () => {
    const target = await echo();
    const dropping = await through(target, { dropEvery: 3 });
    const outcomes: string[] = [];
    for (let n = 1; n <= 6; n++) {
      const client = dial(dropping);
      client.socket.write("x");
      outcomes.push(await Promise.race([client.hear(1).then(() => "served"), client.outcome]));
    }
    expect(outcomes).toEqual(["served", "served", "ECONNRESET", "served", "served", "ECONNRESET"]);

    const capped = await through(target, { maxConnections: 2 });
    const [first, second, third] = [dial(capped), dial(capped), dial(capped)];
    expect(await third?.outcome).toBe("ECONNRESET");
    first?.socket.end();
    await first?.outcome;
    await until(() => capped.connections === 1);
    const fourth = dial(capped);
    fourth.socket.write("x");
    await fourth.hear(1);
    expect(second?.socket.destroyed).toBe(false);
  });

  test("refusing closes the port and spares open connections", async () => {
    const proxy = await through(await echo());
    const open = dial(proxy);
    await once(open.socket, "connect");
    await proxy.setFaults({ refuse: true });
    expect(await dial(proxy).outcome).toBe("ECONNREFUSED");
    open.socket.write("still here");
    await open.hear(10);
    await proxy.setFaults({ refuse: false });
    const again = dial(proxy);
    again.socket.write("x");
    await again.hear(1);
  });

  test("ends of either side travel to the other: FIN, RST, and a server that is not there", async () => {
    const closing = dial(await through(await serve((socket) => socket.end("bye"))));
    expect(await closing.outcome).toBe("end");
    expect(closing.text()).toBe("bye");
    const resetting = dial(await through(await serve((socket) => socket.resetAndDestroy())));
    expect(await resetting.outcome).toBe("ECONNRESET");

    const target = await echo();
    const client = dial(await through(target, { latencyMs: 10 }));
    client.socket.write("x");
    await client.hear(1);
    const lost = new Promise((resolve) => target.sockets[0]?.once("close", resolve));
    client.socket.resetAndDestroy();
    await lost;

    const patient = await serve(() => {}, { allowHalfOpen: true });
    const leaving = dial(await through(patient));
    leaving.socket.write("x");
    await until(() => patient.received.length > 0);
    leaving.socket.end();
    leaving.socket.destroy();
    await until(() => {
      patient.sockets[0]?.write("anyone?");
      return patient.sockets[0]?.destroyed === true;
    });

    const nobody = await startFaultProxy({ target: { host: "127.0.0.1", port: 1 } });
    cleanups.push(() => nobody.stop());
    expect(await dial(nobody).outcome).toBe("ECONNRESET");
  });

  test("200 connections with latency, aborted at random, leave nothing behind after stop()", async () => {
    const resources = (): number =>
      process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    const target = await echo();
    const before = resources();
    const proxy = await startFaultProxy({ target, latencyMs: 20, bytesPerSecond: 50_000 });
    const clients = Array.from({ length: 200 }, () => dial(proxy));
    for (const [index, client] of clients.entries()) {
      client.socket.write(randomBytes(2000));
      if (index % 3 === 0) setTimeout(() => client.socket.resetAndDestroy(), index / 4);
      if (index % 3 === 1) setTimeout(() => client.socket.destroy(), index / 4);
    }
    await sleep(60);
    await proxy.stop();
    for (const client of clients) client.socket.destroy();
    for (const socket of target.sockets) socket.destroy();
    await until(() => proxy.connections === 0);
    await until(() => resources() <= before);
  });
});
