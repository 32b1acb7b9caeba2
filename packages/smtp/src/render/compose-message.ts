import { createHmac, randomBytes } from "node:crypto";
import type { EmailAddress } from "@mailwright/core";
import type MailComposer from "nodemailer/lib/mail-composer";
import type { encodeWord } from "nodemailer/lib/mime-funcs";
import type { ListHeaders, OutgoingMessage } from "../message/outgoing-message.js";
import type { MessageAddresses } from "../validate/validate-addresses.js";
import { toCrlf } from "../wire/to-crlf.js";
import { serializeMime } from "./serialize-mime.js";

/** A message whose streams have been read. */
export interface CollectedParts {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly alternatives: readonly Buffer[];
  readonly attachments: readonly Buffer[];
}

type ComposerOptions = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;
type HeaderLine = { readonly key: string; readonly value: string };

const LONG_WORD = /\S{900}/;
const boundaryKey = randomBytes(32);
const PRIORITIES = {
  high: { importance: "High", number: "1 (Highest)" },
  low: { importance: "Low", number: "5 (Lowest)" },
};

/** Builds the MIME message; files and URLs are out of its reach, whatever the message says. */
export async function composeMessage(
  message: OutgoingMessage,
  addresses: MessageAddresses,
  parts: CollectedParts,
  identity: { readonly messageId: string; readonly date: Date },
): Promise<Buffer> {
  // Loaded by the first message: programs that never send need not wait for it.
  const [{ default: Composer }, { encodeWord }] = await Promise.all([
    import("nodemailer/lib/mail-composer"),
    import("nodemailer/lib/mime-funcs"),
  ]);
  const options: ComposerOptions = {
    ...contents(message, parts),
    from: addresses.from && mailbox(addresses.from),
    sender: addresses.sender && mailbox(addresses.sender),
    to: mailboxes(addresses.to),
    cc: mailboxes(addresses.cc),
    replyTo: mailboxes(addresses.replyTo),
    subject: foldable(message.subject, encodeWord),
    inReplyTo: message.inReplyTo,
    references: typeof message.references === "string" ? message.references : message.references?.join(" "),
    messageId: identity.messageId,
    date: identity.date,
    headers: headerLines(message),
    baseBoundary: isSinglePart(message) ? "unused" : boundaryFor(identity.messageId),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const tree = new Composer(options).compile();
  return serializeMime(tree) ?? toCrlf(await tree.build());
}

/** A subject that has no place to fold would make a line that is too long; encoded words can be folded anywhere. */
function foldable(subject: string | undefined, encode: typeof encodeWord): string | undefined {
  return subject !== undefined && LONG_WORD.test(subject) ? encode(subject, "Q", 52) : subject;
}

function contents(message: OutgoingMessage, parts: CollectedParts): ComposerOptions {
  const attachments = message.attachments?.map((attachment, index) => {
    const { filename, contentType, cid, disposition, headers } = attachment;
    const content = parts.attachments[index] ?? Buffer.alloc(0);
    return { filename, contentType, cid, contentDisposition: disposition, headers: { ...headers }, content };
  });
  const alternatives = message.alternatives?.map(({ contentType }, index) => {
    return { contentType, content: parts.alternatives[index] ?? Buffer.alloc(0) };
  });
  const { calendar } = message;
  const icalEvent =
    calendar === undefined
      ? undefined
      : { content: calendar.content, method: calendar.method, filename: calendar.filename };
  return { text: parts.text, html: parts.html, attachments, alternatives, icalEvent };
}

function headerLines(message: OutgoingMessage): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const [key, value] of Object.entries(message.headers ?? {})) {
    for (const one of typeof value === "string" ? [value] : value) lines.push({ key, value: one });
  }
  if (message.priority === "high" || message.priority === "low") {
    const { importance, number } = PRIORITIES[message.priority];
    lines.push({ key: "X-Priority", value: number }, { key: "X-MSMail-Priority", value: importance });
    lines.push({ key: "Importance", value: importance });
  }
  return message.list === undefined ? lines : [...lines, ...listLines(message.list)];
}

function listLines(list: ListHeaders): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const name of ["help", "unsubscribe", "subscribe", "post", "owner", "archive", "id"] as const) {
    const value = list[name];
    if (value === undefined) continue;
    const urls = typeof value === "string" ? [value] : value;
    lines.push({ key: `List-${name}`, value: urls.map((url) => `<${url}>`).join(", ") });
  }
  if (list.oneClick === true)
    lines.push({ key: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click" });
  return lines;
}

/**
 * The same for the same message, so that rendering it twice gives the same bytes, and yet nothing that a
 * content could contain on purpose.
 */
function boundaryFor(messageId: string): string {
  return createHmac("sha256", boundaryKey).update(messageId).digest("hex").slice(0, 24);
}

/** Then no boundary is written, and the most common kind of message need not pay for one. */
function isSinglePart({
  text,
  html,
  alternatives = [],
  attachments = [],
  calendar,
}: OutgoingMessage): boolean {
  const bodies = [text, html, calendar, ...alternatives].filter((body) => body !== undefined);
  return bodies.length < 2 && attachments.length === 0 && calendar === undefined;
}

function mailboxes(addresses: readonly EmailAddress[]): { name: string; address: string }[] | undefined {
  return addresses.length === 0 ? undefined : addresses.map(mailbox);
}

/** A copy that nodemailer may write into. */
function mailbox({ name, address }: EmailAddress): { name: string; address: string } {
  return { name, address };
}
