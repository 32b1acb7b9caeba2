import { flattenAddresses, type MessageHeaders, parseAddresses } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";
import { aliasIn, findAnyAddress, findBareNames, findRecipientWords } from "./bounce-recipients.js";
import { isFromDaemon } from "./bounce-signals.js";
import type { BounceText } from "./bounce-text.js";
import type { ReportedRecipient } from "./delivery-report.js";
import { findReplyCodes } from "./enhanced-status.js";
import { saysFailed, saysGoesOn, saysTemporary, statusFromWording } from "./failure-wording.js";

const MAX_RECIPIENTS = 500;
const MAX_DIAGNOSTIC = 1_000;

/** Reads the recipients of a bounce from its words, and from the header of the message that it returns. */
export function readWording(
  message: ParsedMessage,
  text: BounceText,
  original: MessageHeaders | undefined,
): ReportedRecipient[] {
  const all = `${text.lines.join("\n")}\n${message.subject ?? ""}`;
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
  const isSure = failed.length > 0 || (found.length > 0 && isFromDaemon(message));
  if (found.length === 0) found = known.map((recipient) => ({ recipient, words: all }));
  if (found.length === 0) found = findBareNames(text.lines, domainOf(message));
  if (found.length === 0) found = findAnyAddress(text.lines, excluded);
  return found
    .slice(0, MAX_RECIPIENTS)
    .flatMap(({ recipient, words }) => describe(recipient, words, all, isSure) ?? []);
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
  const codeClass = codes.replyCode?.[0] ?? (saysGoesOn(all) ? "4" : undefined);
  const status = codes.status ?? withClass(worded, codeClass);
  const isDelayed = status.startsWith("4") && saysTemporary(all);
  return {
    recipient,
    originalRecipient: aliasIn(words),
    action: isDelayed ? "delayed" : "failed",
    status,
    isStatusGiven: codes.status !== undefined,
    replyCode: codes.replyCode,
    diagnostic: words.slice(0, MAX_DIAGNOSTIC).replace(/\s+/g, " ").trim(),
    remoteMta: undefined,
  };
}

/** The class of a reply code is certain, what the wording adds is not. */
function withClass(worded: string | undefined, given: string | undefined): string {
  if (worded === undefined) return `${given ?? "5"}.0.0`;
  return given === undefined || worded.startsWith(given) ? worded : `${given}${worded.slice(1)}`;
}

/** Of the mail system that reports: local deliveries leave it out. */
function domainOf(message: ParsedMessage): string | undefined {
  const [reporter] = flattenAddresses(message.from);
  const domain = reporter?.address.split("@")[1];
  return domain === undefined || !isFromDaemon(message) ? undefined : domain.toLowerCase();
}

function toAddresses(raw: string | undefined): string[] {
  if (raw === undefined) return [];
  const { entries } = parseAddresses(raw, MAX_RECIPIENTS);
  return flattenAddresses(entries)
    .map((entry) => entry.address)
    .filter((address) => address.includes("@"));
}
