import {
  parseNumber,
  responseCode,
  textOf,
  untaggedName,
  type WireNode,
  type WireResponse,
} from "../wire-node.js";

/** What a server can: by its name in capitals, with the number behind `=` where it has one (`APPENDLIMIT=35`). */
export type Capabilities = ReadonlyMap<string, number | true>;

const MAX_CAPABILITIES = 1_000;

/** Reads a CAPABILITY response or response code (RFC 9051 §7.2.2); `undefined` for any other response. */
export function readCapabilities(response: WireResponse): Capabilities | undefined {
  if (response.tag === "*" && untaggedName(response) === "CAPABILITY")
    return toMap(response.attributes ?? []);
  const code = responseCode(response);
  return code?.name === "CAPABILITY" ? toMap(code.values) : undefined;
}

/** The names of login mechanisms among capabilities. */
export function authMechanismsOf(capabilities: Iterable<string>): string[] {
  return [...capabilities].flatMap((name) => (name.startsWith("AUTH=") ? [name.slice(5)] : []));
}

function toMap(nodes: readonly WireNode[]): Capabilities {
  const found = new Map<string, number | true>();
  for (const node of nodes.slice(0, MAX_CAPABILITIES)) {
    const name = textOf(node)?.toUpperCase();
    if (name === undefined || name === "") continue;
    const limit = name.startsWith("APPENDLIMIT=") ? parseNumber(name.slice(12)) : undefined;
    if (limit === undefined) found.set(KEPT.get(name) ?? name, true);
    else found.set("APPENDLIMIT", limit);
  }
  return found;
}

/** The names that are written so in every text about them. */
const KEPT: ReadonlyMap<string, string> = new Map([
  ["IMAP4REV1", "IMAP4rev1"],
  ["IMAP4REV2", "IMAP4rev2"],
]);
