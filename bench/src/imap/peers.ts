import { ImapClient } from "@mailwright/imap";
import { parseMessage } from "@mailwright/parser";
import { ImapFlow, type MessageStructureObject } from "imapflow";
import { simpleParser } from "mailparser";

/** Where the mailbox is. */
export interface ImapTarget {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** What one pass over the mailbox gave. */
export interface Pass {
  readonly messages: number;
  /** Characters and octets of all text, HTML and attachments: the peers must agree, or nearly. */
  readonly textLength: number;
  readonly attachments: number;
  readonly receivedBytes: number;
}

/** Logs in and out once, so that all code is loaded: this client loads most of its own at the first connection. */
export async function loadMailwright(target: ImapTarget): Promise<void> {
  await using imap = client(target);
  for await (const _message of imap.messages("INBOX", { newest: 0 })) break;
}

/** The same with imapflow. */
export async function loadImapflow(target: ImapTarget): Promise<void> {
  const flow = await connectFlow(target);
  await flow.logout();
}

/** Text, HTML and the list of attachments of every message. */
export async function mailwrightText(target: ImapTarget): Promise<Pass> {
  await using imap = client(target);
  let messages = 0;
  let textLength = 0;
  let attachments = 0;
  for await (const message of imap.messages("INBOX", { body: "text" })) {
    messages++;
    textLength += (message.text?.length ?? 0) + (message.html?.length ?? 0);
    attachments += message.attachmentCount;
  }
  return { messages, textLength, attachments, receivedBytes: imap.traffic().receivedBytes };
}

/** Every message whole, parsed, with its attachments decoded. */
export async function mailwrightFull(target: ImapTarget): Promise<Pass> {
  await using imap = client(target);
  let messages = 0;
  let textLength = 0;
  let attachments = 0;
  for await (const { source } of imap.messages("INBOX", { body: "full" })) {
    if (source === undefined) continue;
    const parsed = parseMessage(source);
    messages++;
    textLength += (parsed.text?.length ?? 0) + (parsed.html?.length ?? 0);
    for (const attachment of parsed.attachments) if (attachment.content().length > 0) attachments++;
  }
  return { messages, textLength, attachments, receivedBytes: imap.traffic().receivedBytes };
}

/** Everything but the bodies: envelopes, flags, dates, sizes, structures, references. */
export async function mailwrightListing(target: ImapTarget): Promise<Pass> {
  await using imap = client(target);
  let messages = 0;
  let textLength = 0;
  let attachments = 0;
  for await (const message of imap.messages("INBOX")) {
    messages++;
    textLength += message.subject.length;
    attachments += message.attachmentCount;
  }
  return { messages, textLength, attachments, receivedBytes: imap.traffic().receivedBytes };
}

/** The same items as imapflow fetches and hands them out. */
export async function imapflowListing(target: ImapTarget): Promise<Pass> {
  const flow = await connectFlow(target);
  const lock = await flow.getMailboxLock("INBOX");
  let messages = 0;
  let textLength = 0;
  let attachments = 0;
  const items = { flags: true, internalDate: true, size: true, envelope: true, bodyStructure: true } as const;
  for await (const message of flow.fetch("1:*", { ...items, headers: ["references"] }, { uid: true })) {
    messages++;
    textLength += message.envelope?.subject?.length ?? 0;
    attachments += countFiles(message.bodyStructure);
  }
  lock.release();
  const receivedBytes = flow.stats().received;
  await flow.logout();
  return { messages, textLength, attachments, receivedBytes };
}

function countFiles(part: MessageStructureObject | undefined): number {
  if (part === undefined) return 0;
  const inside = (part.childNodes ?? []).reduce((sum, child) => sum + countFiles(child), 0);
  return inside + (part.disposition === "attachment" ? 1 : 0);
}

/** The usual way: imapflow for the bytes, mailparser for the rest. */
export async function imapflowWithSimpleParser(target: ImapTarget): Promise<Pass> {
  const flow = await connectFlow(target);
  const lock = await flow.getMailboxLock("INBOX");
  let messages = 0;
  let textLength = 0;
  let attachments = 0;
  for await (const { source } of flow.fetch("1:*", { source: true }, { uid: true })) {
    if (source === undefined) continue;
    const parsed = await simpleParser(source);
    messages++;
    textLength += (parsed.text?.length ?? 0) + (parsed.html === false ? 0 : parsed.html.length);
    attachments += parsed.attachments.length;
  }
  lock.release();
  const receivedBytes = flow.stats().received;
  await flow.logout();
  return { messages, textLength, attachments, receivedBytes };
}

async function connectFlow({ port, user, password }: ImapTarget): Promise<ImapFlow> {
  const flow = new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    logger: false,
  });
  await flow.connect();
  return flow;
}

function client({ port, user, password }: ImapTarget): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password },
  });
}
