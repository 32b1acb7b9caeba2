import { createHash } from "node:crypto";
import { type DeliveryResult, type RenderedMessage, SmtpClient } from "@mailwright/smtp";
import { type Account, readAccountSecret } from "../../store/accounts.js";
import { ClaimLostError } from "../../store/outbox/claims.js";
import type { Tenant } from "../../store/tenant.js";
import { clientOptions } from "../account-client.js";
import { KeptClients } from "../kept-clients.js";
import type { MailEnvironment } from "../mail-environment.js";
import { sendConnections } from "./send-limits.js";

/** A client, and what each message that it is sending is begun with. */
interface Sender {
  readonly client: SmtpClient;
  readonly beginnings: Map<string, (startedAt: Date) => Promise<void>>;
}

/** One message to send. */
interface SendTask {
  readonly rendered: RenderedMessage;
  readonly resume: DeliveryResult;
  readonly signal: AbortSignal;
  /** Writes into the ledger that the attempt begins; what it throws keeps the message here. */
  readonly begin: (startedAt: Date) => Promise<void>;
}

/** The clients that messages go out by, one for each account and login; their connections serve the next message too. */
export class Senders implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  // What is under way ends first: cut off after its dot, its fate would be unknown.
  readonly #kept = new KeptClients<Sender>(({ client }) => client.close());

  constructor(environment: MailEnvironment) {
    this.#environment = environment;
  }

  /** Sends a message by the account's server, and tells what became of it. */
  async send(tenant: Tenant, account: Account, task: SendTask): Promise<DeliveryResult> {
    const { id, outgoing } = account;
    const secret = await readAccountSecret(tenant, this.#environment.keyring, id);
    if (secret === undefined || outgoing === null) throw new Error("The account has no outgoing server");
    const login = secret.outgoing ?? secret.incoming;
    const { log } = this.#environment;
    // With another server or login it is another client, and the last one ends when it is idle.
    const key = createHash("sha256")
      .update(JSON.stringify([id, outgoing, login]))
      .digest("base64url");
    const open = async (): Promise<Sender> => {
      const beginnings: Sender["beginnings"] = new Map();
      const client = new SmtpClient({
        ...clientOptions(this.#environment, outgoing, login),
        ...(log && { logger: log.child({ accountId: id }) }),
        pool: { maxPerKey: sendConnections(account) },
        // One place tries again: the row of the message.
        retry: { attempts: 1 },
        transcript: (entry) => this.#environment.wireLog.add(id, entry),
        ledger: {
          begin: async ({ messageId, startedAt }) => {
            const begin = beginnings.get(messageId);
            if (begin === undefined) throw new ClaimLostError(`Nobody sends ${messageId} any more`);
            await begin(startedAt);
          },
          // With the state of the message, in one transaction.
          finish: () => {},
        },
      });
      return { client, beginnings };
    };
    return await this.#kept.use(key, open, async ({ client, beginnings }) => {
      const { rendered, resume, signal, begin } = task;
      // A claim that was lost while it waited in line is still in it.
      if (beginnings.has(rendered.messageId))
        throw new ClaimLostError(`${rendered.messageId} is being sent by this process already`);
      beginnings.set(rendered.messageId, begin);
      try {
        return await client.send(rendered, { signal, resume });
      } finally {
        beginnings.delete(rendered.messageId);
      }
    });
  }

  async close(): Promise<void> {
    await this.#kept.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
