/** The first line of a reply, taken apart (RFC 1939 §3, RFC 2449 §8, RFC 5034 §4). */
export interface StatusLine {
  /** `+OK`, `-ERR`, or `+`: the server waits for more of a SASL exchange. */
  readonly kind: "ok" | "error" | "continue";
  /** What follows the indicator and the response code. */
  readonly text: string;
  /** Extended response code in capitals, without brackets: `IN-USE`, `SYS/TEMP`. */
  readonly code?: string;
}

const STATUS = /^(\+OK|-ERR|\+)(?![A-Za-z0-9])[ \t]?(.*)$/s;
const CODE = /^\[([A-Za-z][A-Za-z0-9_./-]{0,63})\][ \t]?(.*)$/s;

/**
 * Parses a status line without its CRLF; `undefined` when it is none. Bytes are read as UTF-8 (RFC 6856);
 * what is no UTF-8 becomes U+FFFD.
 */
export function parseStatusLine(line: Uint8Array): StatusLine | undefined {
  const decoded = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8");
  const [, indicator, rest = ""] = STATUS.exec(decoded) ?? [];
  if (indicator === undefined) return undefined;
  if (indicator === "+") return { kind: "continue", text: rest };
  const kind = indicator === "+OK" ? "ok" : "error";
  const [, code, text = ""] = CODE.exec(rest) ?? [];
  return code === undefined ? { kind, text: rest } : { kind, code: code.toUpperCase(), text };
}

/** A status line as text, for transcripts. */
export function formatStatusLine({ kind, code, text }: StatusLine): string {
  const indicator = kind === "ok" ? "+OK" : kind === "error" ? "-ERR" : "+";
  return code === undefined ? `${indicator} ${text}`.trimEnd() : `${indicator} [${code}] ${text}`.trimEnd();
}
