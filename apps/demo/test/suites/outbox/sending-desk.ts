import { randomBytes } from "node:crypto";
import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { enqueue } from "../../../src/db/enqueue.js";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { type Jobs, startJobs } from "../../../src/jobs/start-jobs.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createApp } from "../../../src/server/create-app.js";
import { createAccount } from "../../../src/store/accounts.js";
import { createApiKey, type Scope } from "../../../src/store/api-keys.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

export const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
export const [BOB, CAROL, DAN] = ["bob@example.test", "carol@example.test", "dan@example.test"] as const;
export const SENT = "Gesendet";
export const OUTBOX = "/api/v1/outbox";

/** A message of the outbox, as the API tells it. */
export interface Sent {
  readonly id: string;
  readonly state: string;
  readonly messageId: string;
  readonly sentCopy: string;
  readonly nextTryAt: string | null;
  readonly recipients: readonly { readonly address: string; readonly status: string }[];
}

/** Mail servers, an account on them, and the API that sends from it: anew for each test. */
export function useSendingDesk(open: () => Database) {
  let mail: MailServers;
  let environment: MailEnvironment;
  let clients: WebClients;
  let jobs: Jobs;
  let app: ReturnType<typeof createApp>;
  let tenant: Tenant;
  let accountId: string;
  let key: string;
  let keys = 0;

  beforeAll(async () => {
    const account = (user: string) => ({ user, password: "x", address: user });
    mail = await startMailServers({
      accounts: [
        { ...ada, address: ada.user, mailboxes: [{ path: SENT, specialUse: "\\Sent" }] },
        ...[BOB, CAROL, DAN].map(account),
      ],
    });
    const database = open();
    environment = { database, keyring, ca: mail.ca, wireLog: new WireLog(), now: () => new Date() };
    clients = new WebClients(environment);
    jobs = await startJobs(environment, clients);
    app = createApp({
      environment,
      clients,
      nudge: () => {},
      setupToken: "",
      proxyKey: randomBytes(32),
      url: undefined,
      stopping: new AbortController().signal,
      onError: (error) => console.error(error),
    });
  });

  beforeEach(async () => {
    await clients.forget(accountId);
    await mail.reset();
    mail.smtp.configure({ answers: {} });
    // What the test before has sent is nobody's business any more.
    await removeAccounts(open());
    tenant = await createTenant(open().sql, "Household");
    ({ id: accountId } = await addAccount(ada.password));
    key = await keyWith(["read", "send"]);
  });

  afterAll(async () => {
    await jobs.stop();
    await clients.close();
    await removeAccounts(open());
    await mail.stop();
  });

  async function addAccount(password: string, hasOutgoing = true, address = ada.user) {
    const at = { host: mail.host, security: "tls", user: ada.user } as const;
    const incoming = { ...at, port: mail.imap.tlsPort };
    const outgoing = hasOutgoing ? { ...at, port: mail.smtp.tlsPort } : undefined;
    const account = { name: "Ada", address, colour: "#3366cc", kind: "imap", incoming, outgoing } as const;
    return await createAccount(tenant, keyring, account, {
      incoming: { password: ada.password },
      outgoing: { password },
    });
  }

  async function keyWith(scopes: readonly Scope[]): Promise<string> {
    return (await createApiKey(tenant, { name: "test", scopes })).key;
  }

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await app.request(`http://localhost${path}`, {
      method,
      headers: {
        host: "localhost",
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isReplayed = response.headers.get("idempotent-replayed") === "true";
    return { status: response.status, isReplayed, body: text === "" ? undefined : JSON.parse(text) };
  }

  const letter = (more: object = {}) => ({
    accountId,
    to: [{ name: "Bob", address: BOB }],
    subject: "Minutes",
    text: "We met.",
    ...more,
  });
  async function post(more: object = {}): Promise<Sent> {
    keys += 1;
    const answer = await call("POST", OUTBOX, letter(more), { "idempotency-key": `key ${keys}` });
    expect(answer).toMatchObject({ status: 202 });
    return answer.body;
  }
  const read = async (id: string): Promise<Sent> => (await call("GET", `${OUTBOX}/${id}`)).body;
  const untilState = (id: string, ...states: string[]): Promise<Sent> =>
    until(async () => {
      const message = await read(id);
      return states.includes(message.state) ? message : undefined;
    }, 60_000);
  const lookNow = async (id: string): Promise<void> => {
    await open().sql.execute(
      sql`update outbox set check_at = now() where id = ${id} and check_at is not null`,
    );
    // Else the sweep's own clock is waited for.
    await inTransaction(open(), (tx) => enqueue(tx, "outbox.reconcile", [{ tenantId: tenant.id, id }]));
  };

  return {
    get mail() {
      return mail;
    },
    get accountId() {
      return accountId;
    },
    database: open,
    addAccount,
    /** From here on calls are made with a key of these scopes. */
    async takeKey(scopes: readonly Scope[]): Promise<void> {
      key = await keyWith(scopes);
    },
    call,
    letter,
    post,
    read,
    untilState,
    lookNow,
  };
}

/** What the tests of sending work with. */
export type SendingDesk = ReturnType<typeof useSendingDesk>;
