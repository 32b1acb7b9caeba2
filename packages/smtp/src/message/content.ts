/**
 * Text (sent as UTF-8), bytes, or a stream of either, such as a `node:stream` Readable. A stream is read to
 * its end, within the limits, before the server is involved: a slow or failing source never holds a
 * connection, and every attempt sends the same bytes.
 */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;
