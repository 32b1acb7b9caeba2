import { bodyItem, fetchRows } from "./fetch-rows.js";
import type { ImapSession } from "./imap-session.js";
import { bytesOf } from "./wire-node.js";

/**
 * Reads octets of a message (part `""`) or one of its parts. Fewer than asked for means the end;
 * `undefined` that the server has no such message or part.
 */
export async function fetchWindow(
  session: ImapSession,
  uid: number,
  part: string,
  window: { readonly offset: number; readonly length: number },
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const section = part === "" ? [] : [{ type: "ATOM", value: part } as const];
  const items = [{ type: "ATOM", value: "UID" } as const, bodyItem(section, window)];
  const rows = await fetchRows(session, `${uid}`, items, { signal, wanted: new Set([uid]) });
  return bytesOf(rows.get(uid)?.get(`BODY[${part.toUpperCase()}]`));
}
