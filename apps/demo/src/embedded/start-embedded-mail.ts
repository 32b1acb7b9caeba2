import { startMailServers } from "@mailwright/testing";
import { createSampleMessages, SAMPLE_MAILBOXES, type SampleMessage } from "./sample-messages.js";

/** An account of the embedded servers. */
interface EmbeddedAccount {
  readonly user: string;
  readonly password: string;
}

/** Mail servers in this process, for the page to have something to show. */
export interface EmbeddedMail extends AsyncDisposable {
  readonly host: string;
  readonly ca: string;
  readonly ports: { readonly imap: number; readonly pop3: number; readonly smtp: number };
  readonly ada: EmbeddedAccount;
  readonly bob: EmbeddedAccount;
  /** Lets new mail come now and then, until the servers stop. */
  keepDelivering(everyMs: number): void;
}

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const bob = { user: "bob@example.test", password: "the-builder" };
const SEEDS = 8;
/** The messages of one seed are spread over so long. */
const SPAN_MS = 10 * 86_400_000;

/** Starts IMAP, POP3 and SMTP on free loopback ports with a few hundred messages, the newest of them of today. */
export async function startEmbeddedMail(now: Date): Promise<EmbeddedMail> {
  const samples = (first: number, owner: string): SampleMessage[] =>
    Array.from({ length: SEEDS }, (_, age) =>
      createSampleMessages(first + age, owner, now.getTime() - (age + 1) * SPAN_MS),
    )
      .reverse()
      .flat();
  const inInbox = (message: SampleMessage) => ({ ...message, mailbox: "INBOX" });
  const mailboxes = [
    ...SAMPLE_MAILBOXES.filter((name) => name !== "INBOX"),
    { path: "Sent", specialUse: "\\Sent" },
    { path: "Trash", specialUse: "\\Trash" },
  ];
  const servers = await startMailServers({
    accounts: [
      { ...ada, address: ada.user, mailboxes, messages: samples(1, ada.user) },
      { ...bob, address: bob.user, messages: samples(101, bob.user).slice(0, 60).map(inInbox) },
    ],
  });
  let timer: NodeJS.Timeout | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await servers.stop();
  };
  return {
    host: servers.host,
    ca: servers.ca,
    ports: { imap: servers.imap.tlsPort, pop3: servers.pop3.tlsPort, smtp: servers.smtp.tlsPort },
    ada,
    bob,
    keepDelivering(everyMs) {
      let count = 0;
      timer = setInterval(() => {
        const { user } = count % 4 === 3 ? bob : ada;
        const fresh = createSampleMessages(201 + count, user, Date.now());
        const message = fresh[count % fresh.length];
        count += 1;
        if (message !== undefined) servers.store.deliver(user, message.raw, { internalDate: new Date() });
      }, everyMs).unref();
    },
    [Symbol.asyncDispose]: stop,
  };
}
