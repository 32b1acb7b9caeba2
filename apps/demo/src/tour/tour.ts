import type { DeliveryResult } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { UsageError } from "../terminal/usage-error.js";
import type { DemoOptions, Endpoint } from "./demo-options.js";
import { fetchByPop3 } from "./fetch-by-pop3.js";
import type { ProgressOutput } from "./progress-bar.js";
import { ATTACHMENT, sendGreeting } from "./send-greeting.js";
import { syncImap } from "./sync-imap.js";
import { syncPop3 } from "./sync-pop3.js";
import {
  describeArrival,
  describeDelivery,
  describeFolders,
  describeMessages,
  describePools,
} from "./tour-report.js";
import { watchForArrival } from "./wait-for-arrival.js";

interface Clients {
  readonly imap: ImapClient | undefined;
  readonly pop3: Pop3Client | undefined;
  readonly smtp: SmtpClient | undefined;
}

/** Syncs over IMAP and POP3, sends, waits for the arrival, and reports it all. Rejects with the first failure. */
export async function runTour(options: DemoOptions, output: ProgressOutput): Promise<void> {
  const clients = createClients(options);
  const { imap, pop3, smtp } = clients;
  const say = (lines: readonly string[]): void => void output.write(`${lines.join("\n")}\n\n`);
  try {
    if (imap !== undefined) {
      const account = userOf(options.imap);
      const { folders, messages } = await syncImap(imap, account, options.folder, output);
      say(describeFolders(account, folders));
      say(describeMessages(account, messages));
    }
    if (pop3 !== undefined) {
      const account = userOf(options.pop3);
      say(describeMessages(account, await syncPop3(pop3, account, output)));
    }
    if (smtp !== undefined) {
      if (options.to.length > 0) await sendAndWait(options, clients, smtp, say);
      else say(await describeLogin(smtp));
    }
    say(describePools({ imap: imap?.stats(), pop3: pop3?.stats(), smtp: smtp?.stats() }));
  } finally {
    await Promise.all([imap?.close(), pop3?.close(), smtp?.close()]);
  }
}

async function sendAndWait(
  options: DemoOptions,
  { imap, pop3 }: Clients,
  smtp: SmtpClient,
  say: (lines: readonly string[]) => void,
): Promise<void> {
  const { to, arrivalTimeoutMs } = options;
  const watch =
    imap !== undefined && to.some((address) => belongsTo(address, options.imap))
      ? watchForArrival(imap, arrivalTimeoutMs)
      : undefined;
  try {
    await watch?.ready;
    const result = await sendGreeting(smtp, to);
    requireSent(result);
    say(describeDelivery(result));
    if (watch !== undefined) say(await describeArrival(await watch.find(result.messageId), ATTACHMENT));
    if (pop3 !== undefined && to.some((address) => belongsTo(address, options.pop3))) {
      say(await fetchByPop3(pop3, result.messageId, ATTACHMENT, arrivalTimeoutMs));
    }
  } finally {
    await watch?.stop();
  }
}

async function describeLogin(smtp: SmtpClient): Promise<string[]> {
  await smtp.authenticate();
  return ["SMTP: logged in; nothing is sent without --to"];
}

function createClients(options: DemoOptions): Clients {
  const { imap, pop3, smtp, from } = options;
  if (smtp !== undefined && options.to.length > 0 && from === undefined) {
    throw new UsageError("Say who sends with --from");
  }
  // A person is waiting: one more try, then the truth.
  const common = { timeouts: { connectMs: options.connectTimeoutMs }, retry: { attempts: 2, outageMs: 0 } };
  return {
    imap: imap && new ImapClient({ ...imap, ...common }),
    pop3: pop3 && new Pop3Client({ ...pop3, ...common }),
    smtp: smtp && new SmtpClient({ ...smtp, ...common, from }),
  };
}

function requireSent(result: DeliveryResult): void {
  if (result.status === "accepted" || result.status === "partial") return;
  const error = result.attempts.at(-1)?.error;
  if (error !== undefined) throw error;
  const problems = result.problems.map(({ path, message }) => `${path}: ${message}`);
  throw new UsageError(`The message was not sent: ${[result.status, ...problems].join("; ")}`);
}

function userOf(endpoint: Endpoint | undefined): string {
  return endpoint?.credentials.user ?? "";
}

/** Whether an address is this account's: its user name is the address or its local part. */
function belongsTo(address: string, endpoint: Endpoint | undefined): boolean {
  const user = userOf(endpoint).toLowerCase();
  return address.toLowerCase() === user || address.toLowerCase().startsWith(`${user}@`);
}
