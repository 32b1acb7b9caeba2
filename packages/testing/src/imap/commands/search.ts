import type { ImapSession } from "../session/imap-session.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { requireCharset } from "../syntax/charset.js";
import { formatNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { encodeString } from "../syntax/text.js";
import { readSearchKeys, type SearchState } from "./search-key.js";

const RETURN_OPTIONS = new Set(["MIN", "MAX", "ALL", "COUNT", "SAVE"]);
const RETURN = /RETURN (?=\()/iy;
const CHARSET = /CHARSET /iy;

/** SEARCH and UID SEARCH (RFC 3501 §6.4.4), ESEARCH (RFC 4731), always in IMAP4rev2, SAVE (RFC 5182). */
export function search(session: ImapSession, input: ImapArguments, isUid: boolean, tag: string): string {
  input.space();
  const returns = readReturnOptions(session, input);
  if (input.tryMatch(CHARSET) !== undefined) {
    requireCharset(input.astring());
    input.space();
  }
  const state: SearchState = { session, input, usesModseq: false };
  const isFound = readSearchKeys(state);
  input.end();
  const found = session
    .requireSelected()
    .messages.map((message, index): NumberedMessage => ({ sequence: index + 1, message }))
    .filter(isFound);
  const modseq = state.usesModseq && found.length > 0 ? highestModseq(found) : undefined;
  const numbers = found.map(({ sequence, message }) => (isUid ? message.uid : sequence));
  if (!returns && !session.isRev2)
    session.untagged(["SEARCH", ...numbers].join(" "), modseq === undefined ? "" : ` (MODSEQ ${modseq})`);
  else {
    const asked = returns ?? new Set(["ALL"]);
    if (asked.has("SAVE")) session.savedUids = toSaved(found, asked);
    if (asked.size > 1 || !asked.has("SAVE"))
      writeExtended(session, numbers, { tag, isUid, returns: asked, modseq });
  }
  return "OK Search completed.";
}

function readReturnOptions(session: ImapSession, input: ImapArguments): ReadonlySet<string> | undefined {
  if (!session.offers("ESEARCH") || input.tryMatch(RETURN) === undefined) return undefined;
  const options = input.list(() => input.keyword());
  const unknown = options.find(
    (option) => !RETURN_OPTIONS.has(option) || (option === "SAVE" && !session.offers("SEARCHRES")),
  );
  if (unknown !== undefined) throw new ImapRefusal("BAD", `Unknown SEARCH return option ${unknown}`);
  input.space();
  return new Set(options.length === 0 ? ["ALL"] : options);
}

interface ExtendedResult {
  readonly tag: string;
  readonly isUid: boolean;
  readonly returns: ReadonlySet<string>;
  readonly modseq: number | undefined;
}

function writeExtended(session: ImapSession, numbers: readonly number[], result: ExtendedResult): void {
  const { tag, isUid, returns, modseq } = result;
  const isEmpty = numbers.length === 0;
  session.untagged(
    [
      `ESEARCH (TAG ${encodeString(tag)})`,
      ...(isUid ? ["UID"] : []),
      ...(returns.has("MIN") && !isEmpty ? [`MIN ${numbers[0]}`] : []),
      ...(returns.has("MAX") && !isEmpty ? [`MAX ${numbers.at(-1)}`] : []),
      ...(returns.has("ALL") && !isEmpty ? [`ALL ${formatNumberSet(numbers)}`] : []),
      ...(returns.has("COUNT") ? [`COUNT ${numbers.length}`] : []),
      ...(modseq === undefined ? [] : [`MODSEQ ${modseq}`]),
    ].join(" "),
  );
}

/** What `$` stands for: only the ends when only they were asked for (RFC 5182 §2.4). */
function toSaved(found: readonly NumberedMessage[], returns: ReadonlySet<string>): number[] {
  const uids = found.map(({ message }) => message.uid);
  const wantsEnds = returns.has("MIN") || returns.has("MAX");
  if (!wantsEnds || returns.has("ALL") || returns.has("COUNT")) return uids;
  const ends = [
    ...(returns.has("MIN") ? uids.slice(0, 1) : []),
    ...(returns.has("MAX") ? uids.slice(-1) : []),
  ];
  return [...new Set(ends)];
}

function highestModseq(found: readonly NumberedMessage[]): number {
  return found.reduce((highest, { message }) => Math.max(highest, message.modseq), 0);
}
