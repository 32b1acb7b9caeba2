import { collectGarbage } from "@mailwright/suite";
import { startChildServer } from "../child-server.js";
import { compareSenders, type SmtpScenario } from "./comparison.js";
import { benchMessage } from "./load.js";
import { mailwright } from "./peers.js";
import { startSmtpSink } from "./sink.js";

const SCENARIOS: readonly SmtpScenario[] = [
  { name: "5 000 small messages, 1 connection", messages: 5_000, connections: 1, bar: 1.6 },
  { name: "5 000 small messages, 10 connections", messages: 5_000, connections: 10, bar: 2 },
  {
    name: "500 small messages at 40 ms, 10 connections",
    messages: 500,
    connections: 10,
    latencyMs: 40,
    bar: 1,
  },
  {
    name: "50 messages of 5 MB, 5 connections",
    messages: 50,
    connections: 5,
    fileBytes: 5_000_000,
    bar: 1.3,
  },
];
/** smtp-sink has no CHUNKING; testing's server has, in a process of its own. */
const CHUNKED: SmtpScenario = {
  name: "500 small messages at 40 ms with CHUNKING, 10 connections",
  messages: 500,
  connections: 10,
  latencyMs: 40,
  bar: 1.8,
};
const MANY = 100_000;
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;

/**
 * Our client beside nodemailer's pool and Postfix's smtp-source, all against smtp-sink, in turn within one run; then the
 * memory of 100 000 messages through `sendAll`. Fails below a bar, or when the heap grows.
 */
async function main(): Promise<void> {
  await using sink = await startSmtpSink();
  if (sink === undefined) {
    console.log("SKIPPED smtp: smtp-sink not found (apt-get install --no-install-recommends postfix)");
    return;
  }
  for (const scenario of SCENARIOS) await compareSenders(sink, { ...scenario, hasSmtpSource: true });
  await using server = await startChildServer("smtp/chunking-process");
  await compareSenders({ port: server.port, chunking: true }, CHUNKED);
  await measureMemory(sink.port);
}

async function measureMemory(port: number): Promise<void> {
  const { client } = mailwright({ port }, 10);
  const source = (function* () {
    for (let n = 0; n < MANY; n++) yield { to: ["bob@example.org"], ...benchMessage(n) };
  })();
  const heaps: number[] = [];
  for await (const { index } of client.sendAll(source)) {
    if ((index + 1) % (MANY / 10) === 0) heaps.push(heapUsed());
  }
  await client.close();
  const growth = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
  console.log(`smtp, heap over ${MANY} messages through sendAll, every ${MANY / 10}`);
  console.log(`  ${heaps.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(", ")}`);
  if (growth > MAX_GROWTH_BYTES) process.exitCode = 1;
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

await main();
