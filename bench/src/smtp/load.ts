import type { BenchMessage, SmtpPeer } from "./peers.js";

/** How much is sent, and by how many at a time. */
export interface SmtpLoad {
  readonly messages: number;
  readonly connections: number;
  readonly fileBytes?: number;
}

/** What sending came to. */
export interface SmtpFigures {
  readonly messagesPerSecond: number;
  /** Milliseconds of this process per message; the servers run in others. */
  readonly processorMs: number;
}

/** So many callers per connection wait for their message at any time, as in a program that works through a queue. */
const CALLERS = 3;
const TEXT = "The quick brown fox jumps over the lazy dog, again.\n".repeat(18);
/** Of a small message. */
export const TEXT_BYTES: number = TEXT.length;

/** Lets a peer send messages, one after the other per caller. */
export async function sendLoad(peer: SmtpPeer, load: SmtpLoad): Promise<SmtpFigures> {
  const { messages, connections, fileBytes } = load;
  const file = fileBytes === undefined ? undefined : fileOf(fileBytes);
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < messages; n = next++) await peer.send(benchMessage(n, file));
  };
  // No collection of garbage before it: with no message under way, that throws away what was compiled for messages.
  const since = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: connections * CALLERS }, caller));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - since) / 1_000;
  return { messagesPerSecond: messages / seconds, processorMs: (user + system) / 1_000 / messages };
}

/** The message of this number. */
export function benchMessage(n: number, file?: Buffer): BenchMessage {
  return { subject: `Message ${n}`, text: TEXT, ...(file === undefined ? {} : { file }) };
}

const files = new Map<number, Buffer>();

function fileOf(bytes: number): Buffer {
  const made = files.get(bytes) ?? Buffer.alloc(bytes, "binary content, more or less ");
  files.set(bytes, made);
  return made;
}
