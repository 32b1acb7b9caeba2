import { parentPort } from "node:worker_threads";
import type { ParseLimits } from "../message/parse-limits.js";
import { openMessage } from "../open/open-message.js";
import { takeSnapshot } from "./message-snapshot.js";

/** What a worker is asked to do. */
export interface WorkerTask {
  readonly bytes: Uint8Array;
  readonly limits: ParseLimits;
}

parentPort?.on("message", ({ bytes, limits }: WorkerTask) => {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const snapshot = takeSnapshot(openMessage(source, limits, 0));
  const transferred = new Set(snapshot.attachments.map((attachment) => attachment.bytes.buffer));
  parentPort?.postMessage(snapshot, [...transferred]);
});
