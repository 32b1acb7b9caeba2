import { quoted } from "../wire/wire-argument.js";
import { textOf } from "../wire/wire-node.js";
import type { ImapSession } from "./imap-session.js";
import { type Namespace, readNamespaces } from "./namespaces.js";

/** What paths of an account are put together by. */
export interface PathRules {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Prefixes of all namespaces: what begins with one of them has it already. */
  readonly prefixes: readonly string[];
}

/** Asks the server for the rules; LIST tells the delimiter where there is no NAMESPACE (RFC 9051 §6.3.9). */
export async function readPathRules(session: ImapSession, signal?: AbortSignal): Promise<PathRules> {
  const { personal, otherUsers, shared } = await readNamespaces(session, signal);
  const [own = { prefix: "", delimiter: undefined }] = personal;
  const prefixes = [...personal, ...otherUsers, ...shared].map(({ prefix }: Namespace) => prefix);
  let { delimiter } = own;
  if (delimiter === undefined) {
    await session.command("LIST", [quoted(""), quoted("")], {
      signal,
      untagged: {
        LIST: ({ attributes }) => {
          delimiter ??= textOf(attributes?.[1]);
        },
      },
    });
  }
  return { prefix: own.prefix, delimiter, prefixes: prefixes.filter((prefix) => prefix !== "") };
}
