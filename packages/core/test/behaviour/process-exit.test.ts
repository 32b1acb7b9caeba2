import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const core = new URL("../../dist/index.js", import.meta.url).href;
const run = promisify(execFile);

/** Runs a program that holds real sockets in a pool; answers what it printed. Fails unless it exits by itself. */
async function exitOf(program: string): Promise<string> {
  const script = `
    import { connect, createServer } from "node:net";
    import { once } from "node:events";
    import { ConnectionPool } from ${JSON.stringify(core)};
    const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    await once(server, "listening");
    server.unref();
    const factory = {
      open: async () => {
        const socket = connect(server.address().port, "127.0.0.1").on("error", () => {});
        await once(socket, "connect");
        return socket;
      },
      isUsable: async () => true,
      close: async (socket) => {
        socket.destroy();
        if (!socket.closed) await once(socket, "close");
      },
    };
    const key = { id: "a", host: "h", label: "h:a" };
    server.on("connection", (socket) => socket.unref());
    ${program}
    process.on("exit", () => console.log("exit"));
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 120_000,
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  return stdout.trim();
}

test("Node exits by itself after close(), although the sockets would hold it", async () => {
  const printed = await exitOf(`
    const pool = new ConnectionPool(factory, { keepAliveMs: 60_000, warnAfterLeasedMs: 60_000 });
    await Promise.all([1, 2, 3].map(() => pool.use(key, async () => {})));
    await pool.close();
  `);
  expect(printed).toBe("exit");
});

test("an idle pool does not hold the process, neither by its sockets nor by a timer; a lent connection does", async () => {
  const printed = await exitOf(`
    const holdProcess = (socket, isHeld) => void (isHeld ? socket.ref() : socket.unref());
    const pool = new ConnectionPool({ ...factory, holdProcess }, { keepAliveMs: 60_000, idleTimeoutMs: 60_000 });
    await Promise.all([1, 2, 3].map(() => pool.use(key, async () => {})));
    const lease = await pool.acquire(key);
    setTimeout(() => console.log("still here"), 200).unref();
    setTimeout(() => void lease.release(), 400).unref();
    console.log(pool.stats(key).leased);
  `);
  expect(printed.split("\n")).toEqual(["1", "still here", "exit"]);
});
