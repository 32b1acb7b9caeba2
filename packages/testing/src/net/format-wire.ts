const SHOWN_BYTES = 400;

/** Bytes as one line of a transcript: a final CRLF left out, everything unprintable escaped, long ones shortened. */
export function formatWire(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends = buffer.length >= 2 && buffer[buffer.length - 2] === 0x0d && buffer[buffer.length - 1] === 0x0a;
  const line = ends ? buffer.subarray(0, -2) : buffer;
  const shown = line
    .subarray(0, SHOWN_BYTES)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const rest = line.length > SHOWN_BYTES ? ` … (${line.length} bytes)` : "";
  return `${shown}${rest}${ends || buffer.length === 0 ? "" : " (no CRLF)"}`;
}
