import type { Readable } from "node:stream";

/**
 * Reads a message to its end, and keeps no more of it than may be stored; `undefined` when it is larger. Rejects when
 * the client goes away in the middle.
 */
export async function readMessage(stream: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes: Buffer = chunk;
    sizeBytes += bytes.length;
    if (sizeBytes <= maxBytes) chunks.push(bytes);
    else chunks.length = 0;
  }
  return sizeBytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
