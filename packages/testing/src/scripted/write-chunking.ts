/**
 * How the server's bytes leave: all that is due at once (`"whole"`), a line per write, a byte per write, or whole but
 * cut in two at one position of the connection's stream.
 */
export type WriteChunking = "whole" | "lines" | "bytes" | { readonly split: number };

/** Cuts bytes that start at `start` of the connection's stream into the writes that the chunking asks for. */
export function cutIntoWrites(bytes: Buffer, start: number, chunking: WriteChunking): Buffer[] {
  if (bytes.length === 0) return [];
  if (chunking === "whole") return [bytes];
  if (chunking === "bytes") return Array.from(bytes, (byte) => Buffer.of(byte));
  if (chunking === "lines") {
    return bytes
      .toString("latin1")
      .split(/(?<=\n)/)
      .map((line) => Buffer.from(line, "latin1"));
  }
  const at = chunking.split - start;
  return at > 0 && at < bytes.length ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes];
}
