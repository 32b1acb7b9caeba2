import type { StoredMessage } from "../../store/stored-message.js";
import { parseAddressList } from "../mime/address.js";
import { toBaseSubject } from "../mime/base-subject.js";
import { decodeHeaderText } from "../mime/decode.js";
import { headerValue } from "../mime/header.js";
import { parseMime } from "../mime/mime.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { requireCharset } from "../syntax/charset.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { sentTime } from "./search-dates.js";
import { readSearchKeys } from "./search-key.js";

type SortValue = (message: StoredMessage) => string | number;

interface SortCriterion {
  readonly value: SortValue;
  readonly direction: 1 | -1;
}

/** What a message is sorted by (RFC 5256 §3). */
const VALUES: ReadonlyMap<string, SortValue> = new Map<string, SortValue>([
  ["ARRIVAL", ({ internalDate }) => internalDate.getTime()],
  ["DATE", (message) => sentTime(message) ?? message.internalDate.getTime()],
  ["SIZE", ({ raw }) => raw.length],
  ["SUBJECT", ({ raw }) => toCollationKey(toBaseSubject(decodeHeaderText(readHeader(raw, "subject"))))],
  ["FROM", ({ raw }) => firstMailbox(raw, "from")],
  ["TO", ({ raw }) => firstMailbox(raw, "to")],
  ["CC", ({ raw }) => firstMailbox(raw, "cc")],
]);

/** SORT and UID SORT (RFC 5256 §3); what compares equal stays in the mailbox's order. */
export function sort(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  input.space();
  const criteria = readCriteria(input);
  input.space();
  requireCharset(input.astring());
  input.space();
  const isFound = readSearchKeys({ session, input, usesModseq: false });
  input.end();
  const sorted = session
    .requireSelected()
    .messages.map((message, index) => ({ sequence: index + 1, message }))
    .filter(isFound)
    .map((found) => ({ ...found, values: criteria.map(({ value }) => value(found.message)) }))
    .sort((a, b) => compare(a.values, b.values, criteria) || a.sequence - b.sequence);
  const numbers = sorted.map(({ sequence, message }) => (isUid ? message.uid : sequence));
  session.untagged(["SORT", ...numbers].join(" "));
  return "OK Sort completed.";
}

function readCriteria(input: ImapArguments): SortCriterion[] {
  const criteria = input.list((): SortCriterion => {
    let name = input.keyword();
    const direction = name === "REVERSE" ? -1 : 1;
    if (name === "REVERSE") {
      input.space();
      name = input.keyword();
    }
    const value = VALUES.get(name);
    if (!value) throw new ImapRefusal("BAD", `Unknown sort argument ${name}`);
    return { value, direction };
  });
  if (criteria.length === 0) throw new ImapRefusal("BAD", "Empty sort program");
  return criteria;
}

function compare(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
  criteria: readonly SortCriterion[],
): number {
  for (const [index, { direction }] of criteria.entries()) {
    const left = a[index] ?? "";
    const right = b[index] ?? "";
    if (left !== right) return (left < right ? -1 : 1) * direction;
  }
  return 0;
}

function firstMailbox(raw: Buffer, name: string): string {
  return toCollationKey(parseAddressList(readHeader(raw, name))[0]?.mailbox ?? "");
}

/** The order of i;unicode-casemap, as far as code units give it (RFC 5051). */
function toCollationKey(text: string): string {
  return text.normalize("NFKD").toUpperCase();
}

function readHeader(raw: Buffer, name: string): string {
  return headerValue(raw, parseMime(raw).header, name) ?? "";
}
