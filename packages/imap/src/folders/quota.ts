import { atMost } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import { requireCapability } from "../session/require-capability.js";
import type { CommandOptions } from "../session/run-command.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { bigintOf, keywordOf, listOf, textOf } from "../wire/wire-node.js";

/** One limit that the server sets, RFC 9208. */
export interface Quota {
  readonly root: string;
  /** `"STORAGE"` counts octets here, `"MESSAGE"` messages. */
  readonly resource: string;
  readonly used: number;
  readonly limit: number;
}

const MAX_WORDS = 10_000;

/** The quotas that a folder counts against. Rejects with `"unsupported"` where there is no QUOTA. */
export async function folderQuota(
  session: ImapSession,
  folder: string,
  signal?: AbortSignal,
): Promise<Quota[]> {
  requireCapability(session, "QUOTA");
  const quotas: Quota[] = [];
  const countResources = atMost(MAX_WORDS, "words about quotas");
  const untagged: CommandOptions["untagged"] = {
    QUOTAROOT: () => {},
    QUOTA: (response) => {
      const [root, resources] = response.attributes ?? [];
      const list = listOf(resources);
      countResources(list.length);
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
  };
  const run = (mailbox: WireArgument): Promise<unknown> =>
    session.command("GETQUOTAROOT", [mailbox], { signal, untagged });
  await onMailbox(session, folder, run, signal);
  return quotas;
}
