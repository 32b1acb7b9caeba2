import type { MessageHeaders } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";
import type { BounceText } from "./bounce-text.js";
import { detectAutomatic } from "./detect-automatic.js";
import { isMailerWording, isPlainMailerWording } from "./mailer-wording.js";

/** Names that mail systems send under. */
const DAEMON =
  /mailer[-_ ]?daemon|mdaemon|mail[ ._-]?deliver(?:y|er)?[ ._-]?(?:sub|system)|^.{0,60}\bmail system\b/i;
const POSTMASTER = /post[-_]?master/i;
/** Subjects that mail systems give: as a whole, or from the first word on. */
const SUBJECT =
  /^(?:\[[^\]]{1,40}\] ?)?(?:undeliver(?:ed|able)|undelivered mail|failure notice|returned mail|mail (?:delivery )?(?:failed|failure|system error|error)|delivery (?:status )?(?:notification|failure|failed|report|problem)|delivery has failed|non-?delivery|unzustellbar|nicht zugestellt|non remis|не доставлен|недоставлен|配信不能|配信エラー|送信エラー|退信|投递失败|반송|message (?:delayed|undeliverable)|warning: (?:message|could not send)|メールエラー)|returned to sender|return(?:ed|ing) message to sender/i;

/**
 * Whether a message without standard parts is a bounce: from a mail system, and in the words or with the evidence that mail
 * systems give. What people write about deliveries, and what is sent to be answered by nobody, is none.
 */
export function looksLikeBounce(
  message: ParsedMessage,
  text: BounceText,
  original: MessageHeaders | undefined,
): boolean {
  const { headers } = message;
  if (headers.has("x-failed-recipients") || isDeliveryReport(message)) return true;
  if (isComplaint(message)) return false;
  // QUIRK: bounces of Exim call themselves replies.
  if (!isFromDaemon(message) && detectAutomatic(message) === "auto-reply") return false;
  const words = text.lines.join("\n");
  const isWorded = isMailerWording(words);
  const isNamed = SUBJECT.test((message.subject ?? "").slice(0, 300).trim());
  const kind = notificationKind(words);
  if (kind !== undefined) return kind === "bounce";
  if (isPlainMailerWording(words)) return true;
  const hasOriginal = original !== undefined;
  if (isFromDaemon(message)) return isWorded || isNamed || hasOriginal;
  return isFromMailSystem(message) && Number(isWorded) + Number(isNamed) + Number(hasOriginal) >= 2;
}

/** Whether a mail system may send the message, by its name or by the empty sender. */
export function isFromMailSystem(message: ParsedMessage): boolean {
  return (
    isFromDaemon(message) || POSTMASTER.test(senderOf(message.headers)) || hasNullSender(message.headers)
  );
}

/** Whether a mail system sends the message, by its own name. */
export function isFromDaemon({ headers }: ParsedMessage): boolean {
  return DAEMON.test(senderOf(headers));
}

function senderOf(headers: MessageHeaders): string {
  return `${headers.get("from") ?? ""} ${headers.get("sender") ?? ""}`.slice(0, 500);
}

function hasNullSender(headers: MessageHeaders): boolean {
  const returnPath = headers.get("return-path")?.trim() ?? "";
  return returnPath === "<>" || /^<?mailer-daemon\b/i.test(returnPath);
}

/** What Amazon SES tells of a message, as JSON: a bounce, a complaint, a delivery. */
function notificationKind(words: string): string | undefined {
  const [, kind] = /"(?:notification|event)Type\\{0,3}"\s{0,9}:\s{0,9}\\{0,3}"(\w{1,20})/.exec(words) ?? [];
  return kind?.toLowerCase();
}

function isComplaint({ attachments }: ParsedMessage): boolean {
  return attachments.some(({ contentType }) => contentType === "message/feedback-report");
}

function isDeliveryReport({ structure }: ParsedMessage): boolean {
  const type = structure.parameters.get("report-type")?.toLowerCase();
  return structure.contentType === "multipart/report" && type === "delivery-status";
}
