import { MailError } from "@mailwright/core";
import { atMost, mostMessages } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import { requireCapability } from "../session/require-capability.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { isList, numberOf, type WireNode } from "../wire/wire-node.js";
import { takeNumbers } from "./run-search.js";
import { requireSearchExtensions } from "./search-keys.js";

/** What to sort by, RFC 5256; `-` turns it round. */
export type SortKey = SortField | `-${SortField}`;

type SortField = "arrival" | "cc" | "date" | "from" | "size" | "subject" | "to";

const SORT_FIELDS: readonly SortField[] = ["arrival", "cc", "date", "from", "size", "subject", "to"];

/** A message with those that answer it; `uid` is missing where the server knows of a message that is not there. */
export interface ThreadNode {
  readonly uid: number | undefined;
  readonly children: readonly ThreadNode[];
}

/** The keys as SORT has them (RFC 5256 §3). Throws `"invalid-argument"` for what is none, and where there is none. */
export function toSortProgram(keys: readonly SortKey[]): readonly WireArgument[] {
  const program = keys.flatMap((key) => {
    const field = SORT_FIELDS.find((name) => key === name || key === `-${name}`);
    if (field === undefined) throw invalid(`${JSON.stringify(key)} is no key to sort by`);
    return [...(key === field ? [] : [atom("REVERSE")]), atom(field.toUpperCase())];
  });
  if (program.length === 0) throw invalid("There is no key to sort by");
  return program;
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "sort" });
}

/** Sorted by the server. Rejects with `"unsupported"` where there is no SORT. */
export async function sortMessages(
  session: ImapSession,
  mailbox: SelectedMailbox,
  program: readonly WireArgument[],
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<number[]> {
  requireCapability(session, "SORT");
  requireSearchExtensions(session, criteria);
  const found = new Set<number>();
  const countFound = atMost(mostMessages(mailbox), "messages");
  await session.command("UID SORT", [program, atom("UTF-8"), ...criteria], {
    signal,
    phase: "sort",
    untagged: {
      SORT: (response) => {
        countFound(response.numbers?.length);
        takeNumbers(response, found);
      },
    },
  });
  return [...found];
}

/** Threads as the server sees them. Rejects with `"unsupported"` where it has no such algorithm. */
export async function threadMessages(
  session: ImapSession,
  mailbox: SelectedMailbox,
  algorithm: "references" | "orderedsubject",
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<ThreadNode[]> {
  const name = algorithm.toUpperCase();
  requireCapability(session, `THREAD=${name}`);
  requireSearchExtensions(session, criteria);
  const threads: ThreadNode[] = [];
  const countThreads = atMost(mostMessages(mailbox), "threads");
  await session.command("UID THREAD", [atom(name), atom("UTF-8"), ...criteria], {
    signal,
    phase: "thread",
    untagged: {
      THREAD: (response) => {
        countThreads(response.attributes?.length);
        for (const node of response.attributes ?? []) threads.push(...toThreads(node));
      },
    },
  });
  return threads;
}

/** A list of a THREAD answer on its way to nodes, and where they go. */
interface Branch {
  readonly list: readonly WireNode[];
  readonly into: ThreadNode[];
}

/**
 * `(2 3 (4)(5 6))`: 3 answers 2; 4 and 5 answer 3; 6 answers 5. Without recursion: a conversation may be as long as a
 * server lets it be.
 */
function toThreads(node: WireNode): ThreadNode[] {
  const threads: ThreadNode[] = [];
  const branches: Branch[] = isList(node) ? [{ list: node, into: threads }] : [];
  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    let { into } = branch;
    if (isList(branch.list[0])) into = grow(into, undefined);
    const inner: Branch[] = [];
    for (const entry of branch.list) {
      if (isList(entry)) inner.push({ list: entry, into });
      else into = grow(into, numberOf(entry));
    }
    // The first of them is looked at next: the order of siblings is the server's.
    for (const each of inner.reverse()) branches.push(each);
  }
  return threads;
}

function grow(into: ThreadNode[], uid: number | undefined): ThreadNode[] {
  const children: ThreadNode[] = [];
  into.push({ uid, children });
  return children;
}
