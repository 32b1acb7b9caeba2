import type { EmailAddress } from "@mailwright/core";
import MailComposer from "nodemailer/lib/mail-composer";
import type { AddressInput, AddressList, OutgoingMessage } from "../../src/index.js";

type ComposerOptions = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;
type HeaderLine = { readonly key: string; readonly value: string };

/** The same message as nodemailer's MailComposer writes it; contents are strings and Buffers. */
export function composeByReference(message: OutgoingMessage): Promise<Buffer> {
  const { subject, inReplyTo, messageId, date, calendar } = message;
  const options: ComposerOptions = {
    from: mailboxes(message.from)?.[0],
    sender: mailboxes(message.sender)?.[0],
    to: mailboxes(message.to),
    cc: mailboxes(message.cc),
    replyTo: mailboxes(message.replyTo),
    subject,
    inReplyTo,
    references: typeof message.references === "string" ? message.references : message.references?.join(" "),
    messageId,
    date,
    headers: headerLines(message),
    text: textOf(message.text),
    html: textOf(message.html),
    attachments: message.attachments?.map(({ disposition, headers, content, ...attachment }) => ({
      ...attachment,
      contentDisposition: disposition,
      headers: { ...headers },
      content: bytesOf(content),
    })),
    alternatives: message.alternatives?.map(({ contentType, content }) => ({
      contentType,
      content: bytesOf(content),
    })),
    icalEvent: calendar && { ...calendar },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return new MailComposer(options).compile().build();
}

function headerLines(message: OutgoingMessage): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const [key, value] of Object.entries(message.headers ?? {}))
    for (const one of typeof value === "string" ? [value] : value) lines.push({ key, value: one });
  if (message.priority === "high") {
    lines.push({ key: "X-Priority", value: "1 (Highest)" }, { key: "X-MSMail-Priority", value: "High" });
    lines.push({ key: "Importance", value: "High" });
  }
  const { unsubscribe, id } = message.list ?? {};
  if (typeof unsubscribe === "string") lines.push({ key: "List-Unsubscribe", value: `<${unsubscribe}>` });
  if (id !== undefined) lines.push({ key: "List-ID", value: `<${id}>` });
  return lines;
}

function mailboxes(list: AddressList | undefined): { name: string; address: string }[] | undefined {
  if (list === undefined) return undefined;
  const entries: readonly AddressInput[] = isList(list) ? list : [list];
  return entries.length === 0 ? undefined : entries.map(mailbox);
}

function isList(list: AddressList): list is readonly AddressInput[] {
  return Array.isArray(list);
}

function mailbox(input: AddressInput): { name: string; address: string } {
  const { name, address }: EmailAddress = typeof input === "string" ? { name: "", address: input } : input;
  return { name, address };
}

function textOf(content: unknown): string | undefined {
  return content === undefined ? undefined : String(content);
}

function bytesOf(content: unknown): Buffer {
  return Buffer.isBuffer(content) ? content : Buffer.from(String(content));
}
