import { startMailServers } from "@mailwright/testing";
import { type EmbeddedMailbox, readMailFile, writeMailFile } from "./mail-file.js";
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
const BOBS = 60;
/** So many new messages come quickly, for who has just started it and looks; later ones take their time. */
const QUICK = 10;
const SLOWER = 10;

/**
 * Starts IMAP, POP3 and SMTP on free loopback ports: with what the file has, which is written when they stop; else with
 * a few hundred messages, the newest of them of today.
 */
export async function startEmbeddedMail(now: Date, file?: string): Promise<EmbeddedMail> {
  const kept = file === undefined ? undefined : await readMailFile(file);
  const mailboxes = kept ?? createMailboxes(now);
  const servers = await startMailServers({
    accounts: [ada, bob].map((account) => {
      const own = mailboxes.find(({ user }) => user === account.user);
      const { mailboxes: folders = [], messages = [] } = own ?? {};
      return { ...account, address: account.user, mailboxes: folders, messages };
    }),
  });
  let timer: NodeJS.Timeout | undefined;
  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    if (file !== undefined) await writeMailFile(file, servers.store, [ada.user, bob.user]);
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
      const wait = (): void => {
        timer = setTimeout(deliver, count < QUICK ? everyMs : SLOWER * everyMs).unref();
      };
      const deliver = (): void => {
        const { user } = count % 4 === 3 ? bob : ada;
        const fresh = createSampleMessages(now.getTime() + count, user, Date.now());
        const message = fresh[count % fresh.length];
        count += 1;
        if (message !== undefined) servers.store.deliver(user, message.raw, { internalDate: new Date() });
        wait();
      };
      wait();
    },
    [Symbol.asyncDispose]: stop,
  };
}

function createMailboxes(now: Date): EmbeddedMailbox[] {
  const samples = (first: number, owner: string): SampleMessage[] =>
    Array.from({ length: SEEDS }, (_, age) =>
      createSampleMessages(first + age, owner, now.getTime() - (age + 1) * SPAN_MS),
    )
      .reverse()
      .flat();
  const toMessage = ({ flags, ...message }: SampleMessage) => ({ ...message, flags: [...flags] });
  const folders = [
    ...SAMPLE_MAILBOXES.filter((name) => name !== "INBOX").map((path) => ({ path })),
    { path: "Sent", specialUse: "\\Sent" },
    { path: "Trash", specialUse: "\\Trash" },
  ];
  const bobs = samples(101, bob.user)
    .slice(0, BOBS)
    .map((message) => ({ ...message, mailbox: "INBOX" }));
  return [
    { user: ada.user, mailboxes: folders, messages: samples(1, ada.user).map(toMessage) },
    { user: bob.user, mailboxes: [], messages: bobs.map(toMessage) },
  ];
}
