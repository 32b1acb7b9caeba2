import type { ImapAnswer, ImapNode } from "../support/imap-wire-client.js";

/** What one session knows of its mailbox, so that two spellings of one change compare equal. */
export interface SessionView {
  /** A number per message, in order; removed with EXPUNGE. */
  messages: number[];
  nextMessage: number;
}

const MASK = "…";
/** Codes that say no more than the refusal itself; Dovecot 2.3 leaves out some of ours, and has one of its own. */
const MORE_TELLING_CODES = new Set(["NONEXISTENT", "CANNOT", "CLIENTBUG"]);
/** Codes whose presence and place are each server's choice. */
const FREE_CODES = new Set([
  "PERMANENTFLAGS",
  "CLOSED",
  "CAPABILITY",
  "HIGHESTMODSEQ",
  "MAILBOXID",
  "NOMODSEQ",
  "UNSEEN",
  "ALERT",
]);

/**
 * Turns an answer into text that is equal for servers that mean the same: order within FETCH and
 * FLAGS, numbers that each server chooses, and human text do not count.
 */
export function normalizeAnswer(answer: ImapAnswer, view: SessionView): string[] {
  const removed: number[] = [];
  const lines: string[] = [];
  const fetched = new Map<string, Map<string, string>>();
  for (const node of answer.untagged) {
    const [first, second] = node;
    if (second === "EXPUNGE") {
      const [gone] = view.messages.splice(Number(first) - 1, 1);
      removed.push(gone ?? -1);
    } else if (second === "EXISTS") {
      const missing = Number(first) - view.messages.length;
      for (let index = 0; index < missing; index += 1) view.messages.push(view.nextMessage++);
      lines.push(`EXISTS ${first}`);
    } else if (second === "FETCH" && Array.isArray(node[2])) {
      // One message may be answered by several FETCH lines.
      const items = fetched.get(String(first)) ?? new Map();
      for (const [name, value] of normalizeFetch(node[2])) items.set(name, value);
      fetched.set(String(first), items);
    } else lines.push(...normalizeLine(node));
  }
  for (const [sequence, items] of fetched) {
    lines.push(
      `FETCH ${sequence} ${[...items]
        .map((pair) => pair.join(" "))
        .sort()
        .join(" | ")}`,
    );
  }
  if (removed.length > 0) lines.push(`EXPUNGED ${removed.sort((a, b) => a - b).join(",")}`);
  return [...new Set(lines)].sort().concat(normalizeStatus(answer));
}

function normalizeStatus({ status, code }: ImapAnswer): string {
  const [name = "", ...words] = code;
  if (name === "" || FREE_CODES.has(name) || status === "BAD") return status;
  if (MORE_TELLING_CODES.has(name)) return status;
  return [status, name, ...maskNumbers(name, words)].join(" ");
}

function maskNumbers(name: string, words: string[]): string[] {
  // The first number of these is UIDVALIDITY, which differs by nature.
  if (name === "APPENDUID" || name === "COPYUID") return [MASK, ...words.slice(1).map(expandSet)];
  if (name === "MODIFIED") return words.map(expandSet);
  if (name === "BADCHARSET") return [];
  return name === "HIGHESTMODSEQ" || name === "UIDVALIDITY" ? [MASK] : words;
}

function normalizeLine(node: ImapNode[]): string[] {
  const [first, second, third] = node;
  if (first === "OK" && Array.isArray(second)) {
    const [name = "", ...words] = second.map(String);
    return name === "" || FREE_CODES.has(name) ? [] : [["OK", name, ...maskNumbers(name, words)].join(" ")];
  }
  if (second === "RECENT") return [];
  if (first === "FLAGS") return [];
  if (first === "ID") return ["ID"];
  if (first === "LIST") return [`LIST ${normalizeList(node)}`];
  // Dovecot repeats the special use in LSUB.
  if (first === "LSUB")
    return [`LSUB ${normalizeList(node).replace(/\\(Archive|Drafts|Junk|Sent|Trash) /, " ")}`];
  if (first === "NAMESPACE") return ["NAMESPACE"];
  if (first === "STATUS" && Array.isArray(third))
    return [`STATUS ${String(second).replaceAll(".", "/")} ${normalizePairs(third)}`];
  if (first === "SEARCH") return [`SEARCH ${JSON.stringify(maskModseq(node.slice(1)))}`];
  if (first === "ESEARCH") return [`ESEARCH ${normalizeEsearch(node.slice(1))}`];
  if (first === "VANISHED")
    return [`VANISHED ${node.slice(1, -1).join(" ")} ${expandSet(String(node.at(-1)))}`];
  return [JSON.stringify(node)];
}

function normalizeFetch(items: ImapNode[]): [name: string, value: string][] {
  const entries: [string, string][] = [];
  for (let index = 0; index < items.length; index += 2) {
    entries.push(normalizeItem(String(items[index]).toUpperCase(), items[index + 1] ?? null));
  }
  return entries;
}

function normalizeItem(name: string, value: ImapNode): [name: string, value: string] {
  if (name === "MODSEQ") return [name, MASK];
  if (name === "FLAGS" && Array.isArray(value)) {
    const flags = value.map(String).filter((flag) => flag !== "\\Recent");
    return [name, flags.sort().join(" ")];
  }
  if (name === "ENVELOPE" && Array.isArray(value)) return [name, JSON.stringify(collapseSubject(value))];
  if (name === "BODYSTRUCTURE") return [name, JSON.stringify(trim(value))];
  return [
    name,
    /^(?:BODY|BINARY)\[/.test(name) ? normalizeBytes(name, String(value ?? "")) : JSON.stringify(value),
  ];
}

/** A part that is not there is NIL here and an empty string from Dovecot. */
function normalizeBytes(name: string, value: string): string {
  // A literal cannot hold NUL (RFC 3501 §9): Dovecot writes 0x80 in its place, here the bytes stay as they are.
  const bytes = value.replaceAll("\0", "\x80");
  // Dovecot gives a part its last line end although that is the next boundary's (RFC 2046 §5.1.1).
  return JSON.stringify(/^BODY\[\d+\]$/.test(name) ? bytes.replace(/\r\n$/, "") : bytes);
}

/** Dovecot makes one space of white space in the subject of an ENVELOPE. */
function collapseSubject([date = null, subject = null, ...rest]: ImapNode[]): ImapNode[] {
  return [date, typeof subject === "string" ? subject.replace(/[ \t]+/g, " ") : subject, ...rest].map(trim);
}

/** White space at the ends of a value is kept by one and dropped by the other. */
function trim(node: ImapNode): ImapNode {
  return Array.isArray(node) ? node.map(trim) : (node?.trim() ?? null);
}

function normalizeList([, attributes, delimiter, path, extended]: ImapNode[]): string {
  const words = Array.isArray(attributes) ? attributes.map(String) : [];
  // Told or not as the server likes (RFC 3501 §7.2.2); \NonExistent implies \Noselect (RFC 5258 §3).
  const kept = words
    .filter((word) => !["\\Marked", "\\Unmarked", "\\UnMarked", "\\HasNoChildren"].includes(word))
    .map((word) => (word === "\\NonExistent" ? "\\Noselect" : word));
  const info = extended === undefined ? "" : ` ${JSON.stringify(extended)}`;
  return `${kept.sort().join(" ")} ${String(path).replaceAll(String(delimiter), "/")}${info}`;
}

function normalizePairs(pairs: ImapNode[]): string {
  const entries: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = String(pairs[index]);
    const isFree = ["UIDVALIDITY", "HIGHESTMODSEQ", "RECENT", "MAILBOXID"].includes(name);
    entries.push(`${name} ${isFree ? MASK : JSON.stringify(pairs[index + 1])}`);
  }
  return entries.sort().join(" ");
}

function maskModseq(nodes: ImapNode[]): ImapNode[] {
  return nodes.map((node) => (Array.isArray(node) && node[0] === "MODSEQ" ? ["MODSEQ", MASK] : node));
}

function normalizeEsearch(nodes: ImapNode[]): string {
  const words = nodes.filter((node) => !(Array.isArray(node) && node[0] === "TAG"));
  return words
    .map((node, index) => {
      if (words[index - 1] === "MODSEQ") return MASK;
      return words[index - 1] === "ALL" ? expandSet(String(node)) : JSON.stringify(node);
    })
    .join(" ");
}

/** Sets may be written with or without ranges and in any order. */
function expandSet(set: string): string {
  if (!/^[\d:,]+$/.test(set)) return set;
  const numbers = set.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split(":").map(Number);
    return Array.from({ length: Math.min(1000, last - first + 1) }, (_, index) => first + index);
  });
  return [...new Set(numbers)].sort((a, b) => a - b).join(",");
}
