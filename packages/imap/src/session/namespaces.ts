import { decodeMailboxName } from "../wire/mailbox-name.js";
import { listOf, textOf, type WireNode } from "../wire/wire-node.js";
import type { ImapSession } from "./imap-session.js";

/** Where a kind of folders lives, RFC 2342. */
export interface Namespace {
  readonly prefix: string;
  readonly delimiter: string | undefined;
}

/** The namespaces of an account. */
export interface Namespaces {
  readonly personal: readonly Namespace[];
  readonly otherUsers: readonly Namespace[];
  readonly shared: readonly Namespace[];
}

/** The namespaces of the account; the empty prefix where the server does not tell. */
export async function readNamespaces(session: ImapSession, signal?: AbortSignal): Promise<Namespaces> {
  let found: Namespaces = { personal: [{ prefix: "", delimiter: undefined }], otherUsers: [], shared: [] };
  if (!session.can("NAMESPACE")) return found;
  const { isUtf8 } = session.wire;
  await session.command("NAMESPACE", [], {
    signal,
    untagged: {
      NAMESPACE: (response) => {
        const [personal, otherUsers, shared] = response.attributes ?? [];
        found = {
          personal: toNamespaces(personal, isUtf8),
          otherUsers: toNamespaces(otherUsers, isUtf8),
          shared: toNamespaces(shared, isUtf8),
        };
      },
    },
  });
  return found;
}

function toNamespaces(node: WireNode | undefined, isUtf8: boolean): Namespace[] {
  return listOf(node).map((entry) => {
    const [prefix, delimiter] = listOf(entry);
    return { prefix: decodeMailboxName(textOf(prefix) ?? "", isUtf8), delimiter: textOf(delimiter) };
  });
}
