import type { MailStore } from "../store/mail-store.js";
import { MailStoreError } from "../store/mail-store-error.js";
import { parseMail } from "../view/parse-mail.js";
import type { ParsedMessage } from "../view/parsed-message.js";
import type { SmtpReply } from "./smtp-answers.js";

/** A recipient of an accepted message. */
export interface AcceptedRecipient {
  readonly address: string;
  /** The account that got it; `undefined` for an address of another domain, which is only recorded. */
  readonly user: string | undefined;
  /** NOTIFY and ORCPT of RFC 3461 and whatever other parameters RCPT had, in upper case. */
  readonly parameters: Readonly<Record<string, string | true>>;
}

/** A message that the server answered with 2xx after the final dot. */
export interface AcceptedMessage {
  /** Empty for the null sender. */
  readonly mailFrom: string;
  /** SIZE, BODY, RET, ENVID, SMTPUTF8, … as MAIL had them, in upper case. */
  readonly parameters: Readonly<Record<string, string | true>>;
  readonly recipients: readonly AcceptedRecipient[];
  /** Dot-stuffing undone, otherwise as it came; nothing is added. */
  readonly raw: Buffer;
  /** Who was logged in. */
  readonly user: string | undefined;
  readonly isSecure: boolean;
  /** Counted from 1 over the life of the server. */
  readonly connection: number;
  /** What a person sees of it, read when it is asked for. */
  readonly parsed: ParsedMessage;
}

/** Adds the parsed view, which equality checks and logs do not look at. */
export function withParsedView(message: Omit<AcceptedMessage, "parsed">): AcceptedMessage {
  let parsed: ParsedMessage | undefined;
  const viewed = {
    ...message,
    get parsed(): ParsedMessage {
      parsed ??= parseMail(
        message.raw,
        message.recipients.map(({ address }) => address),
      );
      return parsed;
    },
  };
  return Object.defineProperty(viewed, "parsed", { enumerable: false });
}

/** What RCPT is answered for an address when nobody chose an answer; `undefined` accepts it. */
export function refuseRecipient(store: MailStore, address: string): SmtpReply | undefined {
  const account = store.findAddress(address);
  if (account === undefined) {
    if (!isLocalDomain(store, address)) return undefined;
    return {
      code: 550,
      enhancedCode: "5.1.1",
      text: `<${address}>: Recipient address rejected: User unknown`,
    };
  }
  if (account.quotaBytes !== undefined && account.usedBytes >= account.quotaBytes) {
    return { code: 452, enhancedCode: "4.2.2", text: `<${address}>: Mailbox full` };
  }
  return undefined;
}

/** Puts a message into the INBOX of each account, or into none; then the reply says why. */
export function deliverLocally(
  store: MailStore,
  users: readonly string[],
  raw: Buffer,
): SmtpReply | undefined {
  try {
    for (const user of users) store.account(user).requireQuota(raw.length);
    for (const user of users) store.deliver(user, raw);
    return undefined;
  } catch (error) {
    if (!(error instanceof MailStoreError) || error.code !== "over-quota") throw error;
    return { code: 552, enhancedCode: "5.2.2", text: "Mailbox full" };
  }
}

function isLocalDomain(store: MailStore, address: string): boolean {
  const domain = domainOf(address);
  return store.accounts().some((account) => domainOf(account.address) === domain);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}
