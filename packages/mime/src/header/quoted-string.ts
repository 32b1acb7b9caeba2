/** Text as a quoted-string (RFC 5322 §3.2.4); control characters are not its business. */
export function toQuotedString(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
