import { spawn } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { until } from "@mailwright/suite";
import { createCertificates, MailStore, startPop3Server } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { createPop3Pool } from "../../src/connection/pop3-pool.js";
import { Pop3Client } from "../../src/pop3-client.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const MB = 1024 * 1024;

/** A server that makes its messages up as it goes: of any size and number, without holding them. */
async function endlessServer(
  count: number,
  sizeBytes: number,
  capabilities = "PIPELINING\r\n",
): Promise<{ port: number; sent: () => number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const line = `${"x".repeat(1022)}\r\n`;
  const block = Buffer.from(line.repeat(64));
  let sent = 0;
  const all = (entry: (number: number) => string): string =>
    `+OK\r\n${Array.from({ length: count }, (_, index) => `${index + 1} ${entry(index + 1)}\r\n`).join("")}.\r\n`;
  const write = async (socket: Socket, bytes: string | Buffer): Promise<void> => {
    sent += bytes.length;
    if (socket.destroyed || socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        socket.off("drain", goOn).off("close", goOn);
        resolve();
      };
      socket.once("drain", goOn).once("close", goOn);
    });
  };
  const answer = async (socket: Socket, command: string): Promise<void> => {
    const [verb, number] = command.split(" ");
    if (verb === "CAPA") return write(socket, `+OK\r\n${capabilities}.\r\n`);
    if (verb === "STAT") return write(socket, `+OK ${count} ${count * sizeBytes}\r\n`);
    if (verb === "LIST")
      return write(
        socket,
        number === undefined ? all(() => `${sizeBytes}`) : `+OK ${number} ${sizeBytes}\r\n`,
      );
    if (verb === "UIDL")
      return write(socket, number === undefined ? all((n) => `u${n}`) : `+OK ${number} u${number}\r\n`);
    if (verb !== "RETR") return write(socket, "+OK\r\n");
    await write(socket, "+OK\r\n");
    for (let left = sizeBytes; left > 0 && !socket.destroyed; left -= block.length) {
      await write(socket, left >= block.length ? block : block.subarray(0, left));
    }
    return write(socket, ".\r\n");
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let pending = "";
    let working = write(socket, "+OK\r\n");
    socket.on("data", (chunk) => {
      const commands = (pending + chunk).split("\r\n");
      pending = commands.pop() ?? "";
      for (const command of commands) working = working.then(() => answer(socket, command));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    sent: () => sent,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function clientOf(port: number, limits = {}): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: ADA,
    retry: { attempts: 1 },
    limits,
  });
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** The most that was in use at any sample, above what was in use before; garbage not counted. */
async function peakOf(work: (sample: () => void) => Promise<void>): Promise<number> {
  const used = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  let peak = before;
  await work(() => {
    peak = Math.max(peak, used());
  });
  return (peak - before) / MB;
}

describe("memory", () => {
  test("stays flat while a message streams that is much larger", async () => {
    const size = (process.env["MAILWRIGHT_LONG"] === "1" ? 1_000 : 100) * MB;
    const server = await endlessServer(1, size);
    await using pop3 = clientOf(server.port);
    let [received, chunks] = [0, 0];
    const peak = await peakOf((sample) =>
      pop3.session(async (box) => {
        for await (const chunk of box.messageStream(1)) {
          received += chunk.length;
          if (++chunks % 100 === 0) sample();
        }
      }),
    );
    console.log(`${size / MB} MB streamed, ${peak.toFixed(0)} MB above the start at most`);
    expect(received).toBe(size);
    expect(peak).toBeLessThan(12);
    await server.stop();
  });

  test("stays bounded while 10 000 messages of 3 KB are fetched", async () => {
    const server = await endlessServer(10_000, 3 * 1024);
    await using pop3 = clientOf(server.port);
    let count = 0;
    const peak = await peakOf((sample) =>
      pop3.session(async (box) => {
        for await (const { source } of box.messages()) {
          count += source.length === 3 * 1024 ? 1 : 0;
          if (count % 500 === 0) sample();
        }
      }),
    );
    console.log(`10 000 messages of 3 KB, ${peak.toFixed(0)} MB above the start at most`);
    expect(count).toBe(10_000);
    expect(peak).toBeLessThan(16);
    await server.stop();
  });

  test.each([
    ["honest", 64 * 1024],
    ["a liar about sizes", 10],
  ])(
    "a slow caller slows the server down, be it %s",
    async (_what, announced) => {
      const size = 64 * 1024;
      const all = announced === size ? 500 : 1_000;
      const server = await endlessServer(all, size);
      const liar = announced === size ? server : await lyingProxy(server.port, size, announced);
      await using pop3 = clientOf(liar.port, { windowBytes: MB, windowCommands: all });
      await pop3.session(async (box) => {
        const messages = box.messages();
        await messages.next();
        // Past the liar, the system's buffers of two connections are full too, and the system says how large they get.
        expect(await settled(server.sent)).toBeLessThan(announced === size ? 2 * MB : (all * size * 3) / 4);
        await box.noop();
        let count = 1;
        for await (const { source } of messages) count += source.length === size ? 1 : 0;
        expect(count).toBe(all);
      });
      await liar.stop();
      await server.stop();
    },
    30_000,
  );

  test("a liar about sizes is cut off when another command waits behind its messages", async () => {
    const size = 64 * 1024;
    const server = await endlessServer(300, size);
    const liar = await lyingProxy(server.port, size, 10);
    await using pop3 = clientOf(liar.port, { windowBytes: MB, maxMessageBytes: MB });
    const work = pop3.session(async (box) => {
      for await (const _message of box.messages()) await box.noop();
    });
    expect(await errorOf(work)).toMatchObject({ code: "limit", connectionBroken: true });
    await liar.stop();
    await server.stop();
  });

  test("a slow reader of a stream slows the server down, however long it takes", async () => {
    const server = await endlessServer(1, 50 * MB);
    await using pop3 = new Pop3Client({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: ADA,
      timeouts: { messageMs: 400, stallMs: 200 },
    });
    await pop3.session(async (box) => {
      const stream = box.messageStream(1);
      stream.once("readable", () => {});
      await new Promise((resolve) => setTimeout(resolve, 900));
      expect(server.sent()).toBeLessThan(12 * MB);
      expect(stream.errored).toBeNull();
      stream.destroy();
    });
    await server.stop();
  });
});

/** The figure once it stands still: the server and its client share this process, so that both had their turns. */
async function settled(figure: () => number): Promise<number> {
  let last = figure();
  for (let unchanged = 0; unchanged < 20; unchanged++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (figure() !== last) unchanged = 0;
    last = figure();
  }
  return last;
}

/** Passes everything on, but announces another size in listings. */
async function lyingProxy(port: number, size: number, announced: number): ReturnType<typeof endlessServer> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => socket.destroy()));
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      const isListing = chunk.includes(` ${size}\r\n`);
      const passed = isListing
        ? chunk.toString("latin1").replaceAll(` ${size}\r\n`, ` ${announced}\r\n`)
        : chunk;
      if (!client.write(passed, "latin1")) {
        upstream.pause();
        client.once("drain", () => upstream.resume());
      }
    });
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    sent: () => 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("nothing is left behind", () => {
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => name.startsWith("TCPSocket")).length;
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

  test("after sessions that ended in every way", async () => {
    const mail = await setUpPop3([message("one"), message("two")]);
    const before = { sockets: sockets(), timers: timers() };
    const server = { host: "127.0.0.1", port: mail.tlsPort, tls: { ca: mail.ca } };
    const clients = [
      mail.client(),
      mail.client({ server }),
      mail.client({ credentials: { ...ADA, password: "no" } }),
    ];
    for (const pop3 of clients) {
      await pop3.fetchMessages([1, 2, 3]).catch(() => {});
      await pop3.session(async () => Promise.reject(new Error("thrown"))).catch(() => {});
      await pop3.session(async (box) => void box.messageStream(1)).catch(() => {});
      await pop3.session(async (box) => box.messages().next()).catch(() => {});
      await pop3.stat({ timeoutMs: 1 }).catch(() => {});
      await pop3.stat({ signal: AbortSignal.abort() }).catch(() => {});
      await pop3
        .sync()
        .next()
        .catch(() => {});
      await errorOf(pop3.sync({ signal: AbortSignal.abort() }).next());
      await pop3.close({ graceMs: 0 });
    }
    await expect.poll(() => sockets()).toBeLessThanOrEqual(before.sockets);
    await expect.poll(() => timers()).toBeLessThanOrEqual(before.timers);
    await mail[Symbol.asyncDispose]();
  });

  test("signals given by the caller keep no listener", async () => {
    await using mail = await setUpPop3([message("one")]);
    const controller = new AbortController();
    const { signal } = controller;
    const listening = new Set<unknown>();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listening.add(given[1]);
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listening.delete(given[1]);
      remove(...given);
    };
    const pop3 = mail.client();
    await pop3.session(
      async (box) => {
        await box.fetchMessages([1, 2], { signal });
        await errorOf(box.fetchMessage(7, { signal }));
        for await (const _message of box.messages(undefined, { signal })) break;
        for await (const _chunk of box.messageStream(1, { signal }));
      },
      { signal },
    );
    expect(listening.size).toBe(0);
  });

  test("a process that is done with it ends by itself", async () => {
    const mail = await setUpPop3([message("one")]);
    const dist = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const program = `
      const { Pop3Client } = await import(${JSON.stringify(dist)});
      const pop3 = new Pop3Client({
        server: { host: "127.0.0.1", port: ${mail.port}, security: "none" },
        credentials: ${JSON.stringify(ADA)},
      });
      await pop3.stat();
      await pop3.close();
      console.log("done");
    `;
    const child = await run(program);
    expect(child).toEqual({ code: 0, output: "done\n" });
    await mail[Symbol.asyncDispose]();
  });
});

async function run(program: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = setTimeout(() => child.kill(), 10_000);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(kill);
  return { code, output };
}

describe("a pool over many accounts", () => {
  test("does not lend one client what another opened in its own way", async () => {
    await using mail = await setUpPop3([message("one")], { disable: ["SCRAM-SHA-256"] });
    await using pool = createPop3Pool();
    const easy = mail.client({ pool });
    const strict = mail.client({ pool, authMethod: "SCRAM-SHA-256" });
    const [first, second] = await Promise.allSettled([easy.stat(), strict.stat(), easy.stat()]);
    expect(first).toMatchObject({ status: "fulfilled" });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "unsupported" } });
  });

  test("bounds the sessions of all together, one per account at a time", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `user${index}`);
    const store = new MailStore(
      names.map((user) => ({ user, password: `${user}-pw`, messages: [message(user)] })),
    );
    const server = await startPop3Server({ store, tls: await createCertificates() });
    const pool = createPop3Pool({ maxTotal: 4 });
    const clients = names.map(
      (user) =>
        new Pop3Client({
          server: { host: "127.0.0.1", port: server.port, security: "none" },
          credentials: { user, password: `${user}-pw` },
          pool,
        }),
    );
    let [open, most] = [0, 0];
    const perAccount = new Map<string, number>();
    const work = clients.flatMap((pop3, index) =>
      [1, 2, 3].map(() =>
        pop3.session(async (box) => {
          const user = names[index] ?? "";
          most = Math.max(most, ++open);
          perAccount.set(user, (perAccount.get(user) ?? 0) + 1);
          expect(perAccount.get(user)).toBe(1);
          const { source } = await box.fetchMessage(1);
          expect(source.toString()).toContain(`Subject: ${user}\r`);
          await until(() => most >= 4);
          perAccount.set(user, 0);
          open--;
        }),
      ),
    );
    await Promise.all(work);
    expect(most).toBe(4);
    expect(pool.stats()).toMatchObject({ leased: 0, open: 0, waiting: 0, failed: 0, created: 36 });
    await clients[0]?.close();
    expect(await clients[1]?.stat()).toMatchObject({ count: 1 });
    await pool.close();
    await server.stop();
  });
});
