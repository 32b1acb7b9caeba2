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
    const open = async (keep) => {
      const socket = connect(server.address().port, "127.0.0.1").on("error", () => {});
      await once(socket, "connect");
      return keep ? socket : socket.unref();
    };
    const factory = (keep) => ({
      open: () => open(keep),
      isUsable: async () => true,
      close: async (socket) => {
        socket.destroy();
        if (!socket.closed) await once(socket, "close");
      },
    });
    const key = { id: "a", host: "h", label: "h:a" };
    server.on("connection", (socket) => socket.unref());
    ${program}
    process.on("exit", () => console.log("exit"));
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 20_000,
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  return stdout.trim();
}

test("Node exits by itself after close(), although the sockets would hold it", async () => {
  const printed = await exitOf(`
    const pool = new ConnectionPool(factory(true), { keepAliveMs: 60_000, warnAfterLeasedMs: 60_000 });
    await Promise.all([1, 2, 3].map(() => pool.use(key, async () => {})));
    await pool.close();
  `);
  expect(printed).toBe("exit");
});

test("an idle pool does not hold the process: none of its timers does", async () => {
  const printed = await exitOf(`
    const pool = new ConnectionPool(factory(false), { keepAliveMs: 60_000, idleTimeoutMs: 60_000 });
    await Promise.all([1, 2, 3].map(() => pool.use(key, async () => {})));
    console.log(pool.stats(key).idle);
  `);
  expect(printed.split("\n")).toEqual([expect.stringMatching(/^[1-3]$/), "exit"]);
});
