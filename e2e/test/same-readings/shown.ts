import type { ImapMessage } from "@mailwright/imap";
import { flattenAddresses, parseDate } from "@mailwright/mime";
import type { ParsedMessage } from "@mailwright/parser";

/** What a person sees of a message: names, subject, dates, texts, files. */
export type Shown = Readonly<Record<string, unknown>>;

/** Of a message that IMAP took apart. */
export function shownByImap(message: ImapMessage): Shown {
  const { subject, date, messageId, inReplyTo, references, from, to, cc, bcc, text, html } = message;
  const files = message.attachments.map(({ part, filename, contentType }) => [part, filename, contentType]);
  const [replied] = inReplyTo;
  return { subject, date, messageId, replied, references, from, to, cc, bcc, text, html, files };
}

/** Of the same message, from its octets. */
export function shownByParser(message: ParsedMessage): Shown {
  const { messageId, inReplyTo: replied, references } = message;
  const [from, to, cc, bcc] = [message.from, message.to, message.cc, message.bcc].map(flattenAddresses);
  // The parser looks into files as well; IMAP names what the server knows.
  const files = message.attachments
    .filter(({ path }) => !path.includes("/"))
    .map(({ path, filename, contentType }) => [path, filename, contentType]);
  // Where that is none, the parser has the time of a Received field, and IMAP has receivedAt beside it.
  const date = parseDate(message.headers.get("date") ?? "");
  // An encoded word may end with a line end, which nobody sees.
  const subject = (message.subject ?? "").trim();
  return { subject, date, messageId, replied, references, from, to, cc, bcc, ...shownTexts(message), files };
}

/** The parser makes each form of the text from the other; IMAP gives what there is. */
function shownTexts(message: ParsedMessage): { readonly text: unknown; readonly html: unknown } {
  const files = new Set(message.attachments.map(({ path }) => path));
  const types = new Set<string>();
  const visit = ({ path, contentType, children }: ParsedMessage["structure"]): void => {
    if (children.length > 0) for (const child of children) visit(child);
    else if (!files.has(path)) types.add(contentType);
  };
  visit(message.structure);
  return {
    text: types.has("text/plain") ? message.text : undefined,
    html: types.has("text/html") ? message.html : undefined,
  };
}
