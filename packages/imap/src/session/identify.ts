import { quoted } from "../wire/wire-argument.js";
import { listOf, textOf } from "../wire/wire-node.js";
import type { ImapSession } from "./imap-session.js";

const MAX_FIELDS = 100;

/** Tells the server who we are and asks for the same (ID, RFC 2971): names in lower case. */
export async function identify(
  session: ImapSession,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const pairs = Object.entries(session.clientInfo).flatMap(([name, value]) =>
    value === "" ? [] : [name, value.replace(/\s+/g, " ")],
  );
  const found: [string, string][] = [];
  await session.command("ID", [pairs.length === 0 ? null : pairs.map(quoted)], {
    signal,
    overlap: "begin",
    untagged: {
      ID: (response) => {
        if (found.length > 0) return;
        const words = listOf(response.attributes?.[0]).slice(0, 2 * MAX_FIELDS);
        for (let index = 0; index + 1 < words.length; index += 2) {
          const name = textOf(words[index])?.toLowerCase().trim();
          const value = textOf(words[index + 1]);
          if (name !== undefined && value !== undefined) found.push([name, value]);
        }
      },
    },
  });
  return Object.fromEntries(found);
}
