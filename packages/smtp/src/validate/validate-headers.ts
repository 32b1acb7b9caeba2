import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { ProblemList } from "./problem-list.js";

const NAME = /^[\x21-\x39\x3b-\x7e]{1,76}$/;
const MESSAGE_ID = /^<[^\s<>@]+@[^\s<>]+>$/;
/** Ids of other people's messages, some of which have no `@` or have blanks in them: a reply has to repeat them. */
const FOREIGN_ID = /^<[^<>]+>$/;
const MAX_MESSAGE_ID = 995;
/** Fields with an option of their own, and fields that only the composer or a server may write. */
const RESERVED =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*|dkim-signature|return-path|received|resent-bcc)$/i;

/** Checks the header fields that are no addresses: subject, ids, date, custom and `List-*` fields. */
export function validateHeaders(
  message: OutgoingMessage,
  maxSubjectCharacters: number,
  problems: ProblemList,
): void {
  if (message.raw === undefined) validateSubject(message.subject, maxSubjectCharacters, problems);
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const path = `headers.${name}`;
    if (!NAME.test(name)) problems.add(path, "header-name", "is no name for a header field");
    else if (RESERVED.test(name))
      problems.add(path, "reserved-header", "has an option of its own or is written by servers");
    for (const one of Array.isArray(value) ? value : [value]) problems.headerText(path, one);
  }
  if (message.messageId !== undefined) validateId("messageId", message.messageId, problems);
  if (message.inReplyTo !== undefined) validateId("inReplyTo", message.inReplyTo, problems, FOREIGN_ID);
  const { references = [] } = message;
  if (typeof references === "string") problems.headerText("references", references);
  else
    references.forEach((id, index) => {
      validateId(`references[${index}]`, id, problems, FOREIGN_ID);
    });
  if (message.date !== undefined && !isWritable(message.date))
    problems.add("date", "date", "is no valid Date, or not in the years 0 to 9999");
  const { priority } = message;
  if (priority !== undefined && !["high", "normal", "low"].includes(priority))
    problems.add("priority", "priority", "is neither high nor normal nor low");
  validateList(message, problems);
  validateNotification(message, problems);
}

/** A date that a header field can tell (RFC 5322 §3.3). */
function isWritable(date: unknown): boolean {
  const year = date instanceof Date ? date.getUTCFullYear() : Number.NaN;
  return year >= 0 && year <= 9999;
}

function validateSubject(subject: unknown, maxCharacters: number, problems: ProblemList): void {
  if (subject === undefined || subject === "") return problems.add("subject", "required", "is missing");
  if (problems.headerText("subject", subject) && subject.length > maxCharacters) {
    problems.add("subject", "too-long", `has ${subject.length} characters, ${maxCharacters} are allowed`);
  }
}

function validateId(path: string, id: unknown, problems: ProblemList, form = MESSAGE_ID): void {
  if (!problems.headerText(path, id)) return;
  if (!form.test(id) || id.length > MAX_MESSAGE_ID) {
    problems.add(path, "message-id", "is no id such as <unique@example.org>");
  }
}

function validateList(message: OutgoingMessage, problems: ProblemList): void {
  for (const [name, value] of Object.entries(message.list ?? {})) {
    if (typeof value === "boolean" || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (problems.headerText(`list.${name}`, one) && !/^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(one)) {
        problems.add(`list.${name}`, "url", "is not printable ASCII without spaces and angle brackets");
      }
    }
  }
  if (message.list?.oneClick === true && !String(message.list.unsubscribe ?? "").includes("https:")) {
    problems.add("list.oneClick", "conflict", "needs an https URL in list.unsubscribe (RFC 8058)");
  }
}

function validateNotification(message: OutgoingMessage, problems: ProblemList): void {
  const { dsn } = message;
  if (dsn === undefined) return;
  const notify: readonly string[] = dsn.notify === undefined || dsn.notify === "never" ? [] : dsn.notify;
  const known = ["success", "failure", "delay"];
  if (
    !Array.isArray(notify) ||
    notify.some((one) => !known.includes(one)) ||
    (dsn.notify !== undefined && dsn.notify !== "never" && notify.length === 0)
  ) {
    problems.add("dsn.notify", "dsn", "is neither never nor a list of success, failure, delay");
  }
  if (dsn.return !== undefined && dsn.return !== "headers" && dsn.return !== "full") {
    problems.add("dsn.return", "dsn", "is neither headers nor full");
  }
  if (dsn.envelopeId !== undefined && !/^[\x20-\x7e]{1,100}$/.test(dsn.envelopeId)) {
    problems.add("dsn.envelopeId", "dsn", "is not 1 to 100 characters of printable ASCII");
  }
  if (dsn.originalRecipient !== undefined) {
    if (!/^[\x21-\x7e]{1,500}$/.test(dsn.originalRecipient))
      problems.add("dsn.originalRecipient", "dsn", "is no address");
  }
}
