import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { generic, mailwrightPool, type PoolPeer, SIZE, tarn } from "./peers.js";

interface Scenario {
  readonly name: string;
  readonly callers: number;
  readonly uses: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "one caller, nobody waits", callers: 1, uses: 60_000 },
  { name: `100 callers for ${SIZE} connections`, callers: 100, uses: 60_000 },
  { name: `5 000 callers for ${SIZE} connections`, callers: 5_000, uses: 60_000 },
];
const ROUNDS = 9;
const WAITERS = 20_000;

/**
 * Acquire and release beside generic-pool and tarn, in turn within one run, and the heap that a waiter
 * takes. In CPU time: nothing here waits for anything else, and other programs do not count. Fails when the faster of the two is faster than we are.
 */
async function main(): Promise<void> {
  for (const scenario of SCENARIOS) {
    const rates = await compare(scenario);
    const ours = rates.get("mailwright") ?? 0;
    const best = Math.max(rates.get("tarn") ?? 0, rates.get("generic-pool") ?? 0);
    console.log(`pool, ${scenario.name}`);
    for (const [name, rate] of rates)
      console.log(`  ${name.padEnd(14)} ${Math.round(rate / 1e3)} k uses per second of CPU`);
    console.log(`  mailwright / the faster peer: ${(ours / best).toFixed(2)} (bar: 1.00)`);
    if (ours < best) process.exitCode = 1;
  }
  console.log(`pool, heap per waiter (${WAITERS} waiters)`);
  for (const create of [mailwrightPool, tarn, generic]) await printHeapPerWaiter(create);
}

/** Uses per second of CPU of each peer: the median of rounds that take turns, so that noise hits all alike. */
async function compare(scenario: Scenario): Promise<Map<string, number>> {
  const peers = [mailwrightPool(), tarn(), generic()];
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) await measure(peer, scenario);
  for (let round = 0; round < ROUNDS; round++) {
    for (const peer of peers) rates.get(peer.name)?.push(await measure(peer, scenario));
  }
  for (const peer of peers) await peer.close();
  return new Map([...rates].map(([name, all]) => [name, median(all)]));
}

async function measure(peer: PoolPeer, { callers, uses }: Scenario): Promise<number> {
  let left = uses;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await peer.use(nothing);
  };
  collectGarbage();
  const since = process.cpuUsage();
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(since);
  return uses / ((user + system) / 1e6);
}

async function nothing(): Promise<void> {}

async function printHeapPerWaiter(create: () => PoolPeer): Promise<void> {
  const peer = create();
  let free = (): void => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const holders = Array.from({ length: SIZE }, () => peer.use(() => held));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = heapUsed();
  const waiters = Array.from({ length: WAITERS }, () => peer.use(nothing));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = (heapUsed() - before) / WAITERS;
  console.log(`  ${peer.name.padEnd(14)} ${Math.round(bytes)} bytes`);
  free();
  await Promise.all([...holders, ...waiters]);
  await peer.close();
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

setFlagsFromString("--expose-gc");
const gc: unknown = runInNewContext("gc");

function collectGarbage(): void {
  if (typeof gc === "function") gc();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

await main();
