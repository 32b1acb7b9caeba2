import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { decodeMailboxName, encodeMailboxName } from "../wire/mailbox-name.js";
import { bigintOf, keywordOf, listOf, textOf, type WireNode } from "../wire/wire-node.js";

/** One limit that the server sets, RFC 9208. */
export interface Quota {
  readonly root: string;
  /** `"STORAGE"` counts octets here, `"MESSAGE"` messages. */
  readonly resource: string;
  readonly used: number;
  readonly limit: number;
}

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

/** The quotas that a folder counts against. Rejects with `"unsupported"` where there is no QUOTA. */
export async function folderQuota(
  session: ImapSession,
  folder: string,
  signal?: AbortSignal,
): Promise<Quota[]> {
  requireCapability(session, "QUOTA");
  const quotas: Quota[] = [];
  await session.command("GETQUOTAROOT", [{ type: "STRING", value: encodeMailboxName(folder) }], {
    signal,
    untagged: {
      QUOTAROOT: () => {},
      QUOTA: (response) => {
        const [root, resources] = response.attributes ?? [];
        const list = listOf(resources);
        for (let index = 0; index + 2 < list.length; index += 3) {
          const resource = keywordOf(list[index]) ?? "";
          // STORAGE comes in units of 1024 octets.
          const unit = resource === "STORAGE" ? 1024 : 1;
          const [used, limit] = [list[index + 1], list[index + 2]].map(
            (node) => Number(bigintOf(node) ?? 0) * unit,
          );
          quotas.push({ root: textOf(root) ?? "", resource, used: used ?? 0, limit: limit ?? 0 });
        }
      },
    },
  });
  return quotas;
}

/** The namespaces of the account; the empty prefix where the server does not tell. */
export async function readNamespaces(session: ImapSession, signal?: AbortSignal): Promise<Namespaces> {
  let found: Namespaces = { personal: [{ prefix: "", delimiter: undefined }], otherUsers: [], shared: [] };
  if (!session.can("NAMESPACE") && !session.can("IMAP4rev2")) return found;
  await session.command("NAMESPACE", [], {
    signal,
    untagged: {
      NAMESPACE: (response) => {
        const [personal, otherUsers, shared] = response.attributes ?? [];
        found = {
          personal: namespaces(personal),
          otherUsers: namespaces(otherUsers),
          shared: namespaces(shared),
        };
      },
    },
  });
  return found;
}

/** Rejects with `"unsupported"` for a server without the capability. */
export function requireCapability(session: ImapSession, capability: string): void {
  if (session.can(capability)) return;
  throw new MailError(`The server has no ${capability}`, {
    code: "unsupported",
    protocol: "imap",
    phase: capability.toLowerCase(),
    connectionId: session.connectionId,
  });
}

function namespaces(node: WireNode | undefined): Namespace[] {
  return listOf(node).map((entry) => {
    const [prefix, delimiter] = listOf(entry);
    return { prefix: decodeMailboxName(textOf(prefix) ?? ""), delimiter: textOf(delimiter) };
  });
}
