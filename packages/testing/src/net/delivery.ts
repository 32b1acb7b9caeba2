/**
 * How the server's bytes leave: all that is due at once (`"whole"`), a line per write, a byte per write, or whole but
 * cut in two at one position of the connection's stream.
 */
export type Delivery = "whole" | "lines" | "bytes" | { readonly split: number };

/** Cuts bytes that start at `start` of the connection's stream into the writes that the delivery asks for. */
export function cutIntoWrites(bytes: Buffer, start: number, delivery: Delivery): Buffer[] {
  if (bytes.length === 0) return [];
  if (delivery === "whole") return [bytes];
  if (delivery === "bytes") return Array.from(bytes, (byte) => Buffer.of(byte));
  if (delivery === "lines") {
    return bytes
      .toString("latin1")
      .split(/(?<=\n)/)
      .map((line) => Buffer.from(line, "latin1"));
  }
  const at = delivery.split - start;
  return at > 0 && at < bytes.length ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes];
}
