/** A message as the report lists it. */
export interface MessageLine {
  readonly folder: string;
  readonly date: Date | undefined;
  readonly from: string;
  readonly subject: string;
  /** Such as `"HTML, 2 attachments"`. */
  readonly content: string;
}

/** Says what a message holds. */
export function describeContent(message: {
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly attachmentCount: number;
}): string {
  const { text, html, attachmentCount } = message;
  const parts: string[] = [];
  if (text !== undefined && text !== "") parts.push(`${[...text].length} characters`);
  if (html !== undefined && html !== "") parts.push("HTML");
  if (attachmentCount > 0)
    parts.push(attachmentCount === 1 ? "1 attachment" : `${attachmentCount} attachments`);
  return parts.join(", ");
}
