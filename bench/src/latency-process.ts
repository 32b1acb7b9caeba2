import { startFaultProxy } from "@mailwright/testing";

/** A program: delays what goes to the port that is its argument, tells where it listens, and ends with its parent. */
const [port, latencyMs] = process.argv.slice(2).map(Number);
const proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: port ?? 0 }, latencyMs });
process.send?.(proxy.port);
process.on("disconnect", () => process.exit());
