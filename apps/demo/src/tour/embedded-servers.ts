import { startMailServers } from "@mailwright/testing";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../embedded/sample-messages.js";
import type { DemoOptions } from "./demo-options.js";

const SEED = 1;
const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const bob = { user: "bob@example.test", password: "the-builder" };

/** Mail servers in this process, filled with sample mail, and the options to tour them. */
export interface EmbeddedServers extends AsyncDisposable {
  readonly options: DemoOptions;
  readonly description: string;
}

/** Starts IMAP, POP3 and SMTP on free loopback ports, all over TLS. */
export async function startEmbeddedServers(): Promise<EmbeddedServers> {
  const adas = createSampleMessages(SEED, ada.user);
  const bobs = createSampleMessages(SEED + 1, bob.user).map((message) => ({ ...message, mailbox: "INBOX" }));
  const mailboxes = [
    ...SAMPLE_MAILBOXES.filter((name) => name !== "INBOX"),
    { path: "Sent", specialUse: "\\Sent" },
  ];
  const servers = await startMailServers({
    accounts: [
      { ...ada, address: ada.user, mailboxes, messages: adas },
      { ...bob, address: bob.user, messages: bobs },
    ],
  });
  const { host, ca } = servers;
  const at = (port: number) => ({ host, port, security: "tls", tls: { ca } }) as const;
  return {
    options: {
      imap: { server: at(servers.imap.tlsPort), credentials: ada },
      pop3: { server: at(servers.pop3.tlsPort), credentials: bob },
      smtp: { server: at(servers.smtp.tlsPort), credentials: ada },
      from: ada.user,
      to: [ada.user, bob.user, "nobody@example.test"],
      arrivalTimeoutMs: 60_000,
      connectTimeoutMs: 15_000,
    },
    description: `IMAP ${servers.imap.tlsPort}, POP3 ${servers.pop3.tlsPort}, SMTP ${servers.smtp.tlsPort} on ${host}`,
    [Symbol.asyncDispose]: () => servers.stop(),
  };
}
