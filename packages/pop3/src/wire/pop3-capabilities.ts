/** What a server says that it can do (RFC 2449), as of the last time it was asked. */
export interface Pop3Capabilities {
  /** Every capability in capitals with its parameters, in the server's order. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  readonly hasTop: boolean;
  readonly hasUidl: boolean;
  readonly hasUser: boolean;
  readonly hasStls: boolean;
  /** Several commands may be under way at once. */
  readonly hasPipelining: boolean;
  /** Refusals carry codes such as `[IN-USE]`. */
  readonly hasResponseCodes: boolean;
  /** RFC 6856. */
  readonly hasUtf8: boolean;
  readonly hasLanguages: boolean;
  /** SASL mechanisms in capitals. */
  readonly mechanisms: readonly string[];
  /** Seconds between two logins; the longest that the server announces. */
  readonly loginDelaySeconds?: number | undefined;
  /** Days for which messages are kept, `Infinity` for `NEVER`; 0 may mean that they go when retrieved. */
  readonly expireDays?: number | undefined;
  readonly implementation?: string | undefined;
}

/** Reads the lines of `CAPA`. Lines that are no capability are skipped: they say nothing that could be relied on. */
export function parseCapabilities(lines: readonly string[]): Pop3Capabilities {
  const all = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [name = "", ...parameters] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (/^[\x21-\x7e]+$/.test(name)) all.set(name.toUpperCase(), parameters);
  }
  const loginDelay = Number.parseInt(all.get("LOGIN-DELAY")?.[0] ?? "", 10);
  return {
    all,
    hasTop: all.has("TOP"),
    hasUidl: all.has("UIDL"),
    hasUser: all.has("USER"),
    hasStls: all.has("STLS"),
    hasPipelining: all.has("PIPELINING"),
    hasResponseCodes: all.has("RESP-CODES"),
    hasUtf8: all.has("UTF8"),
    hasLanguages: all.has("LANG"),
    mechanisms: (all.get("SASL") ?? []).map((name) => name.toUpperCase()),
    loginDelaySeconds: Number.isNaN(loginDelay) ? undefined : loginDelay,
    expireDays: parseExpire(all.get("EXPIRE")?.[0]),
    implementation: all.get("IMPLEMENTATION")?.join(" "),
  };
}

/** For servers that do not know `CAPA`: nothing but the commands of RFC 1939. */
export const NO_CAPABILITIES: Pop3Capabilities = parseCapabilities([]);

function parseExpire(parameter: string | undefined): number | undefined {
  if (parameter?.toUpperCase() === "NEVER") return Number.POSITIVE_INFINITY;
  const days = Number.parseInt(parameter ?? "", 10);
  return Number.isNaN(days) ? undefined : days;
}
