import type { ImapSession } from "../session/imap-session.js";
import { requireCapability } from "../session/require-capability.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { isList, numberOf, type WireNode } from "../wire/wire-node.js";
import { takeNumbers } from "./run-search.js";

/** What to sort by, RFC 5256; `-` turns it round. */
export type SortKey = SortField | `-${SortField}`;

type SortField = "arrival" | "cc" | "date" | "from" | "size" | "subject" | "to";

/** A message with those that answer it; `uid` is missing where the server knows of a message that is not there. */
export interface ThreadNode {
  readonly uid: number | undefined;
  readonly children: readonly ThreadNode[];
}

/** Sorted by the server. Rejects with `"unsupported"` where there is no SORT. */
export async function sortMessages(
  session: ImapSession,
  keys: readonly SortKey[],
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<number[]> {
  requireCapability(session, "SORT");
  const program = keys.flatMap((key) =>
    key.startsWith("-") ? [atom("REVERSE"), atom(key.slice(1).toUpperCase())] : [atom(key.toUpperCase())],
  );
  const found = new Set<number>();
  await session.command("UID SORT", [program, atom("UTF-8"), ...criteria], {
    signal,
    phase: "sort",
    untagged: { SORT: (response) => takeNumbers(response, found) },
  });
  return [...found];
}

/** Threads as the server sees them. Rejects with `"unsupported"` where it has no such algorithm. */
export async function threadMessages(
  session: ImapSession,
  algorithm: "references" | "orderedsubject",
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<ThreadNode[]> {
  const name = algorithm.toUpperCase();
  requireCapability(session, `THREAD=${name}`);
  const threads: ThreadNode[] = [];
  await session.command("UID THREAD", [atom(name), atom("UTF-8"), ...criteria], {
    signal,
    phase: "thread",
    untagged: {
      THREAD: (response) => {
        for (const node of response.attributes ?? []) threads.push(...toThreads(node, 0));
      },
    },
  });
  return threads;
}

const MAX_DEPTH = 1_000;

/** `(2 3 (4)(5 6))`: 3 answers 2; 4 and 5 answer 3; 6 answers 5. */
function toThreads(node: WireNode, depth: number): ThreadNode[] {
  if (!isList(node) || depth > MAX_DEPTH) return [];
  const chain = node.findIndex((entry) => isList(entry));
  const members = chain < 0 ? node : node.slice(0, chain);
  let children = (chain < 0 ? [] : node.slice(chain)).flatMap((entry) => toThreads(entry, depth + 1));
  for (const member of [...members].reverse()) children = [{ uid: numberOf(member), children }];
  return members.length === 0 ? [{ uid: undefined, children }] : children;
}
