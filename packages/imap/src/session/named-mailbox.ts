import { isMailError, MailError, type MailErrorCode } from "@mailwright/core";
import { decodeMailboxName, encodeMailboxName } from "../wire/mailbox-name.js";
import { quoted, type WireArgument } from "../wire/wire-argument.js";
import { textOf, type WireNode } from "../wire/wire-node.js";
import { atMost } from "./at-most.js";
import type { ImapSession } from "./imap-session.js";

/** Names whose form on the wire is not the one that they are encoded to; by session, then by decoded name. */
const wireNames = new WeakMap<ImapSession, Map<string, string>>();

/** The mailbox name of a LIST, LSUB or STATUS answer. QUIRK: some servers (mailutils) do not quote one with blanks. */
export function listedName(nodes: readonly WireNode[]): string | undefined {
  const words = nodes.flatMap((node) => textOf(node) ?? []);
  return words.length === 0 ? undefined : words.join(" ");
}

/**
 * Remembers how a server writes a name. QUIRK: names in raw UTF-8, with tabs or a bare `&` are listed as they are, and
 * are not found in any other form.
 */
export function rememberWireName(session: ImapSession, name: string, wire: string): void {
  if (encodeOrUndefined(session, name) === wire) return;
  const names = wireNames.get(session) ?? new Map<string, string>();
  wireNames.set(session, names.set(name, wire));
}

/**
 * Runs a command on a mailbox. When the server has none of that name in the form that the standard asks for, its own
 * list says in which form it has it, and the command is run again. A refusal without a code is `"not-found"` when the
 * server does not list the mailbox. QUIRK: Courier and mailutils send no codes.
 */
export async function onMailbox<T>(
  session: ImapSession,
  name: string,
  run: (mailbox: WireArgument) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const encoded = wireNames.get(session)?.get(name) ?? encodeMailboxName(name, session.wire.isUtf8);
  try {
    return await run(quoted(encoded));
  } catch (error) {
    if (!isMailError(error) || !mayBeMissing(error, name)) throw error;
    const found = await findMailbox(session, name, signal);
    if (found === "unknown" || found === encoded) throw error;
    if (found === undefined) throw withCode(error, "not-found");
    rememberWireName(session, name, found);
    return run(quoted(found));
  }
}

/** Runs a command that makes a mailbox: a refusal without a code is `"already-exists"` when the server lists it. */
export async function onNewMailbox<T>(
  session: ImapSession,
  name: string,
  run: (mailbox: WireArgument) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await run(quoted(encodeMailboxName(name, session.wire.isUtf8)));
  } catch (error) {
    if (!isMailError(error) || !isUncoded(error)) throw error;
    const found = await findMailbox(session, name, signal);
    throw found === undefined || found === "unknown" ? error : withCode(error, "already-exists");
  }
}

const MAX_FOUND = 1_000;

/** The name on the wire of a mailbox that the server lists, `undefined` where it lists none. */
async function findMailbox(
  session: ImapSession,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined | "unknown"> {
  const found: string[] = [];
  const { isUtf8 } = session.wire;
  const countFolder = atMost(MAX_FOUND, "folders of one name");
  // Whatever is written in more than one way may stand for anything.
  const pattern = name.replace(/(?:[^\x21-\x7e]|[&*%"\\])+/g, "*");
  const untagged = {
    LIST: ({ attributes = [] }: { readonly attributes?: readonly WireNode[] | undefined }) => {
      const wire = listedName(attributes.slice(2));
      if (wire === undefined || decodeMailboxName(wire, isUtf8) !== decodeMailboxName(name, isUtf8)) return;
      countFolder();
      found.push(wire);
    },
  };
  try {
    await session.command("LIST", [quoted(""), quoted(pattern)], { signal, untagged });
  } catch (error) {
    // What was refused is the news, not that nobody can say more about it.
    if (isMailError(error) && error.code !== "aborted") return "unknown";
    throw error;
  }
  return found.find((wire) => wire === encodeOrUndefined(session, name)) ?? found[0];
}

function mayBeMissing(error: MailError, name: string): boolean {
  return isUncoded(error) || (error.code === "not-found" && /[^\x20-\x7e]|&/.test(name));
}

function isUncoded({ code, server, connectionBroken }: MailError): boolean {
  return code === "rejected" && server !== undefined && server.code === undefined && !connectionBroken;
}

function withCode(error: MailError, code: MailErrorCode): MailError {
  const { protocol, phase, server, connectionId } = error;
  return new MailError(error.message, { code, protocol, phase, server, connectionId });
}

function encodeOrUndefined(session: ImapSession, name: string): string | undefined {
  try {
    return encodeMailboxName(name, session.wire.isUtf8);
  } catch {
    return undefined;
  }
}
