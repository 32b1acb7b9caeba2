import type { ParsedMessage } from "../message/parsed-message.js";

const DAEMON =
  /mailer[-_ ]?daemon|post[-_]?master|mail[ ._-]?deliver|mdaemon|mail (?:system|delivery)|^no-?reply@|<no-?reply@/i;
const SUBJECT =
  /undeliver|non-?deliver|un-?deliver|deliver(?:y|ed)?\b.{0,40}(?:fail|problem|status|error|notif|delay|warning)|fail(?:ed|ure)\b.{0,30}(?:notice|deliver|notif)|return(?:ed|ing) (?:mail|message|to sender|e-?mail)|mail (?:system )?(?:error|failure)|could not be (?:delivered|sent)|not (?:be )?delivered|error sending your mail|message (?:delayed|rejected)|delivery (?:has )?failed|unzustellbar|nicht zugestellt|non remis|échec de (?:la )?(?:remise|distribution)|no (?:se ha )?entregad|mancat[oa] (?:recapito|consegna)|não entregue|недоставлен|не доставлен|配信不能|配信エラー|送信エラー|退信|投递失败|반송/i;

/** Whether a message without standard parts has the looks of a bounce: who sends it and what it is called. */
export function looksLikeBounce(message: ParsedMessage): boolean {
  const { headers } = message;
  if (headers.has("x-failed-recipients") || isDeliveryReport(message)) return true;
  const auto = headers.get("auto-submitted")?.toLowerCase() ?? "";
  const returnPath = headers.get("return-path")?.trim() ?? "";
  const isNullSender = returnPath === "<>" || /^<?mailer-daemon\b/i.test(returnPath);
  const hasSubject = SUBJECT.test((message.subject ?? "").slice(0, 300));
  if (isFromDaemon(message) || hasSubject) return true;
  return isNullSender && !auto.startsWith("auto-replied");
}

/** Whether a mail system sends the message, by its own name. */
export function isFromDaemon({ headers }: ParsedMessage): boolean {
  return DAEMON.test(`${headers.get("from") ?? ""} ${headers.get("sender") ?? ""}`.slice(0, 500));
}

function isDeliveryReport({ structure }: ParsedMessage): boolean {
  const type = structure.parameters.get("report-type")?.toLowerCase();
  return structure.contentType === "multipart/report" && type === "delivery-status";
}
