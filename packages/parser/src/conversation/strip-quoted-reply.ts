const MAX_LINES = 20_000;

/** "On …, Ada wrote:" and the like, possibly over two lines, in the languages that are met most. */
const ATTRIBUTIONS: readonly RegExp[] = [
  /^(?:on|am|le|el|il|op|den|em|dne|w dniu) .{4,300}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napsal|napisał)[^:]{0,60}:$/i,
  /^\d{4}年.{0,100}(?:書|写道).{0,20}[:：]$/,
];
const SEPARATORS: readonly RegExp[] = [
  /^-{2,}\s?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|forwarded message)\s?-{2,}$/i,
  /^_{20,}$/,
  /^(?:begin forwarded message|anfang der weitergeleiteten nachricht):$/i,
];
const OUTLOOK_FROM = /^\*?(?:from|von|de|da|van|från|fra):\*? ?\S/i;
const OUTLOOK_NEXT =
  /^\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto|verzonden|aan|onderwerp):\*? ?/i;

/** What a person wrote in a reply, and what was quoted below or between. */
export interface StrippedReply {
  readonly text: string;
  /** Whether something was taken out. */
  readonly hasQuote: boolean;
  /** From the signature mark `-- ` on; empty when there is none. */
  readonly signature: string;
}

/**
 * Takes the quoted message and the signature off the plain text of a reply. Answers written between the lines of a
 * quotation stay, without the quotation. When nothing would be left, the text comes back whole.
 */
export function stripQuotedReply(text: string): StrippedReply {
  const lines = text.replaceAll("\r\n", "\n").split("\n", MAX_LINES);
  const end = findQuoteStart(lines);
  const kept: string[] = [];
  let signature: string[] = [];
  for (const [index, line] of lines.slice(0, end).entries()) {
    if (line === "-- " || (line === "--" && index > 0)) {
      signature = lines.slice(index, end);
      break;
    }
    if (!line.startsWith(">") && !isAttribution(lines, index)) kept.push(line);
  }
  const stripped = kept.join("\n").trim();
  if (stripped === "" && text.trim() !== "") return { text, hasQuote: false, signature: "" };
  const hasQuote = kept.length + signature.length < lines.length;
  return { text: stripped, hasQuote, signature: signature.join("\n").trim() };
}

/** The line where the quotation starts that goes on to the end. */
function findQuoteStart(lines: readonly string[]): number {
  const answered = findLastAnswered(lines);
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trim().slice(0, 500);
    if (SEPARATORS.some((pattern) => pattern.test(trimmed)) && index > 0) return index;
    if (OUTLOOK_FROM.test(trimmed) && OUTLOOK_NEXT.test(lines[index + 1]?.trim() ?? "") && index > 0)
      return index;
    if (index >= answered && isAttribution(lines, index)) return index;
  }
  return lines.length;
}

function isAttribution(lines: readonly string[], index: number): boolean {
  const line = lines[index]?.trim().slice(0, 500) ?? "";
  if (line === "") return false;
  if (matchesAttribution(line)) return true;
  const next = lines[index + 1]?.trim().slice(0, 300) ?? "";
  return !line.endsWith(":") && next.endsWith(":") && matchesAttribution(`${line} ${next}`);
}

function matchesAttribution(line: string): boolean {
  if (!line.endsWith(":") && !line.endsWith("：")) return false;
  if (ATTRIBUTIONS.some((pattern) => pattern.test(line))) return true;
  // "2026-11-20 10:13 Ada <ada@example.org>:" in any language.
  const open = line.lastIndexOf("<");
  const tail = line.slice(open + 1);
  if (open < 3 || !/^[^<>\s]{3,200}> ?(?:wrote ?)?:$/i.test(tail)) return false;
  return /\d{4}|\d\d:\d\d/.test(line.slice(0, open));
}

/** The last quoted line that own words follow: answers between the lines, or below. */
function findLastAnswered(lines: readonly string[]): number {
  const mark = lines.indexOf("-- ");
  let isOwn = false;
  for (let index = (mark < 0 ? lines.length : mark) - 1; index >= 0; index--) {
    const line = lines[index] ?? "";
    if (line.startsWith(">") && isOwn) return index;
    if (!line.startsWith(">") && line.trim() !== "") isOwn = true;
  }
  return -1;
}
