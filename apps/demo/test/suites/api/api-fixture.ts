import { randomBytes } from "node:crypto";
import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { createLog } from "../../../src/cli/create-log.js";
import type { Database } from "../../../src/db/open-database.js";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../../../src/embedded/sample-messages.js";
import { startJobs } from "../../../src/jobs/start-jobs.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { nudgeAccounts } from "../../../src/mail/nudge-accounts.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createApp } from "../../../src/server/create-app.js";
import type { Services } from "../../../src/server/services.js";
import { type Account, createAccount, deleteAccount, findAccount } from "../../../src/store/accounts.js";
import type { Scope } from "../../../src/store/api-keys.js";
import { createApiKey } from "../../../src/store/api-keys.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, PASSWORD_COST } from "../fixture.js";

/** What a request is sent with beside its path. */
interface Call {
  readonly method?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API over a database, with real mail behind it. */
export interface ApiFixture extends AsyncDisposable {
  readonly mail: MailServers;
  /** What the app is made with. */
  readonly services: () => Services;
  readonly tenant: Tenant;
  readonly account: Account;
  readonly pop3: Account;
  readonly setupToken: string;
  /** The link that logs the first person in. */
  readonly entry: { readonly token: string; readonly email: string };
  readonly errors: unknown[];
  /** The lines of the program's log. */
  readonly log: readonly string[];
  /** Makes the app anew, as after a restart; under another address when one is given. */
  restart(url?: URL): void;
  call(path: string, call?: Call): Promise<Response>;
  /** A request as it is, for what is no JSON. */
  send(path: string, init: RequestInit): Promise<Response>;
  /** The same with a key of all scopes of the fixture's tenant, and the answer as JSON. */
  json(path: string, call?: Call): Promise<{ readonly status: number; readonly body: unknown }>;
  key(tenant: Tenant, scopes: readonly Scope[]): Promise<string>;
}

/** Where the API is. */
export const API = "/api/v1";
export const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const TRICKY = "Subject: Take this file\r\nFrom: bob@example.test\r\nMIME-Version: 1.0\r\n".concat(
  'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n',
  '--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename="../../x"\r\n\r\n',
  "<script>alert(1)</script>\r\n--b--\r\n",
);

/** Starts mail servers, syncs two accounts into the database, and makes the API over it. */
export async function startApi(database: Database): Promise<ApiFixture> {
  const messages = [
    ...createSampleMessages(1, ada.user),
    { raw: Buffer.from(TRICKY), internalDate: new Date() },
  ];
  const mailboxes = SAMPLE_MAILBOXES.filter((name) => name !== "INBOX");
  const mail = await startMailServers({ accounts: [{ ...ada, address: ada.user, mailboxes, messages }] });
  const log: string[] = [];
  const environment: MailEnvironment = {
    database,
    keyring,
    ca: mail.ca,
    wireLog: new WireLog(),
    log: createLog("debug", false, { write: (line) => void log.push(line) }),
    now: () => new Date(),
  };
  const tenant = await createTenant(database.sql, "Household");
  const add = async (kind: "imap" | "pop3") =>
    await createAccount(
      tenant,
      keyring,
      {
        name: kind,
        address: ada.user,
        colour: "#3366cc",
        kind,
        incoming: { host: mail.host, port: mail[kind].tlsPort, security: "tls", user: ada.user },
      },
      { incoming: { password: ada.password } },
    );
  const [account, pop3] = [await add("imap"), await add("pop3")];
  const clients = new WebClients(environment);
  const jobs = await startJobs(environment, clients, { pollMs: 600_000 });
  for (const { id } of [account, pop3])
    await until(async () => (await findAccount(tenant, id))?.state === "live", 60_000);
  const setupToken = randomBytes(16).toString("hex");
  const entry = { token: randomBytes(16).toString("hex"), email: "ada@home.test" };
  const errors: unknown[] = [];
  let stopping = new AbortController();
  const services = (url?: URL): Services => ({
    environment,
    clients,
    nudge: (id) => void nudgeAccounts(database, [id]),
    setupToken,
    passwordCost: PASSWORD_COST,
    proxyKey: randomBytes(32),
    // The trap of the frames' tests listens on this machine.
    allowImageAddress: () => true,
    entry,
    url,
    stopping: stopping.signal,
    onError: (error) => errors.push(error),
  });
  let app = createApp(services());
  const all = await createApiKey(tenant, { name: "all", scopes: ["read", "write", "send", "admin"] });
  const call = async (path: string, { method = "GET", key, body, headers }: Call = {}): Promise<Response> =>
    await app.request(`http://localhost${path}`, {
      method,
      headers: {
        host: "localhost",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return {
    mail,
    services,
    log,
    tenant,
    account,
    pop3,
    setupToken,
    entry,
    errors,
    restart(url) {
      stopping.abort();
      stopping = new AbortController();
      app = createApp(services(url));
    },
    call,
    async send(path, init) {
      const headers = { host: "localhost", ...init.headers };
      // Node wants to be told that a stream is answered only when it was read.
      return await app.request(`http://localhost${path}`, {
        ...init,
        headers,
        duplex: "half",
      } as RequestInit);
    },
    async json(path, given = {}) {
      const response = await call(path, { key: all.key, ...given });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },
    async key(of, scopes) {
      return (await createApiKey(of, { name: "key", scopes })).key;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await jobs.stop();
      await clients.close();
      // Nobody else shall try them when their servers are gone.
      for (const { id } of [account, pop3]) await deleteAccount(tenant, id);
      await mail.stop();
    },
  };
}
