import { createServer } from "node:net";

// Below the range from which Linux takes ephemeral ports (32768 and up): a port that is free now is given neither to
// somebody's outgoing connection nor to a server that asks for any port, before the server binds it, and while it is
// restarted.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Never given out twice: servers that start side by side bind theirs later. */
const given = new Set<number>();

/** A loopback port on which nothing listens now and that this process has not got before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const candidate = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (given.has(candidate)) continue;
    given.add(candidate);
    if (await isFree(candidate)) return candidate;
  }
}

/** As many different ones, see {@link freePort}. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1" }, () => probe.close(() => resolve(true)));
  });
}
