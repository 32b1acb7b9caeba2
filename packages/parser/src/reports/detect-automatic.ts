import type { ParsedMessage } from "../message/parsed-message.js";

/** Why nobody should answer a message automatically. */
export type AutomaticKind = "auto-reply" | "report" | "list" | "notification";

const REPLY_SUBJECT =
  /^(?:re: ?)?(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|vacation|on (?:holiday|leave|vacation)|away from|abwesenheit|automatische antwort|réponse automatique|absence|respuesta automática|fuera de|risposta automatica|自動返信|不在)/i;
const REPLY_FIELDS = ["x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from"];

/**
 * Recognises mail that no person wrote just now: holiday replies, reports, mailing lists, notifications (RFC 3834 §2,
 * RFC 2919, and the fields that were used before them). `undefined` for ordinary mail.
 */
export function detectAutomatic(message: ParsedMessage): AutomaticKind | undefined {
  const { headers } = message;
  const submitted = headers.get("auto-submitted")?.toLowerCase().trim() ?? "no";
  const precedence = headers.get("precedence")?.toLowerCase().trim() ?? "";
  const isReport = headers.get("content-type")?.toLowerCase().startsWith("multipart/report") === true;
  if (isReport || headers.has("x-failed-recipients")) return "report";
  if (submitted.startsWith("auto-replied") || precedence === "auto_reply") return "auto-reply";
  if (REPLY_FIELDS.some((name) => headers.has(name))) return "auto-reply";
  if (REPLY_SUBJECT.test((message.subject ?? "").slice(0, 200))) return "auto-reply";
  if (headers.has("list-id") || precedence === "list" || precedence === "bulk") return "list";
  if (submitted !== "no" || precedence === "junk") return "notification";
  if (headers.get("return-path")?.trim() === "<>") return "notification";
  return undefined;
}
