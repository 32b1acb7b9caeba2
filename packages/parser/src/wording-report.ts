import { findAnyAddress, findRecipientWords } from "./bounce-recipients.js";
import type { BounceText } from "./bounce-text.js";
import type { ReportedRecipient } from "./delivery-report.js";
import { findReplyCodes } from "./enhanced-status.js";
import { saysFailed, saysTemporary, statusFromWording } from "./failure-wording.js";
import { flattenAddresses } from "./flatten-addresses.js";
import type { MessageHeaders } from "./message-headers.js";
import { parseAddresses } from "./parse-addresses.js";
import type { ParsedMessage } from "./parsed-message.js";

const MAX_RECIPIENTS = 500;
const MAX_DIAGNOSTIC = 1_000;

/** Reads the recipients of a bounce from its words, and from the header of the message that it returns. */
export function readWording(
  message: ParsedMessage,
  text: BounceText,
  original: MessageHeaders | undefined,
): ReportedRecipient[] {
  const all = `${message.subject ?? ""}\n${text.lines.join("\n")}`;
  const failed = toAddresses(message.headers.getRaw("x-failed-recipients"));
  const reporter = flattenAddresses([...message.to, ...message.from]).map((entry) =>
    entry.address.toLowerCase(),
  );
  const sender = toAddresses(original?.getRaw("from")).map((address) => address.toLowerCase());
  const known = failed.length > 0 ? failed : toAddresses(original?.getRaw("to"));
  const excluded = new Set([...reporter, ...sender]);
  for (const address of known) excluded.delete(address.toLowerCase());
  let found = findRecipientWords(text.lines, known, excluded);
  if (failed.length > 0)
    found = failed.map(
      (recipient) => found.find((entry) => entry.recipient === recipient) ?? { recipient, words: all },
    );
  if (found.length === 0) found = known.map((recipient) => ({ recipient, words: all }));
  if (found.length === 0) found = findAnyAddress(text.lines, excluded);
  return found
    .slice(0, MAX_RECIPIENTS)
    .flatMap(({ recipient, words }) => describe(recipient, words, all, failed.length > 0) ?? []);
}

function describe(
  recipient: string,
  words: string,
  all: string,
  isSure: boolean,
): ReportedRecipient | undefined {
  const own = findReplyCodes(words);
  const codes = own.replyCode === undefined && own.status === undefined ? findReplyCodes(all) : own;
  const worded = statusFromWording(words) ?? statusFromWording(all);
  if (
    codes.status === undefined &&
    codes.replyCode === undefined &&
    worded === undefined &&
    !isSure &&
    !saysFailed(all)
  )
    return undefined;
  const status = codes.status ?? withClass(worded, codes.replyCode);
  const isDelayed = status.startsWith("4") && saysTemporary(all);
  return {
    recipient,
    originalRecipient: undefined,
    action: isDelayed ? "delayed" : "failed",
    status,
    isStatusGiven: codes.status !== undefined,
    replyCode: codes.replyCode,
    diagnostic: words.slice(0, MAX_DIAGNOSTIC).replace(/\s+/g, " ").trim(),
    remoteMta: undefined,
  };
}

/** The class of a reply code is certain, what the wording adds is not. */
function withClass(worded: string | undefined, replyCode: string | undefined): string {
  const given = replyCode?.[0];
  if (worded === undefined) return `${given ?? "5"}.0.0`;
  return given === undefined || worded.startsWith(given) ? worded : `${given}${worded.slice(1)}`;
}

function toAddresses(raw: string | undefined): string[] {
  if (raw === undefined) return [];
  const { entries } = parseAddresses(raw, MAX_RECIPIENTS);
  return flattenAddresses(entries)
    .map((entry) => entry.address)
    .filter((address) => address.includes("@"));
}
