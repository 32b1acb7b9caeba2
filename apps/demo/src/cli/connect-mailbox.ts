import { randomBytes } from "node:crypto";
import type { Settings } from "../config/settings.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { nudgeAccounts } from "../mail/nudge-accounts.js";
import { WebClients } from "../mail/web-clients.js";
import { createLocalApp } from "../server/create-local-app.js";
import { createToken } from "../store/sessions.js";
import { type ApiClient, createApiClient } from "./api-client.js";
import { type Fetch, findRunning } from "./local-socket.js";
import { createEnvironment, openMailboxDatabase } from "./open-mailbox.js";

/** The mailbox as a verb of the command line works with it. */
export interface Mailbox extends ApiClient, AsyncDisposable {
  /** What this process must do by itself; absent where a running program does it. */
  readonly environment: MailEnvironment | undefined;
}

interface ConnectOptions {
  /** The address of somebody whose household it is about. */
  readonly household: string | undefined;
  /** Called with what no route expected. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reaches the mailbox through the program that runs on the data folder, where one does, since two must not open the
 * embedded database; else opens it in this process, with the same API.
 */
export async function connectMailbox(settings: Settings, options: ConnectOptions): Promise<Mailbox> {
  const running = settings.databaseUrl === undefined ? await findRunning(settings.dataFolder) : undefined;
  if (running !== undefined) {
    const client = createApiClient(running.fetch, options.household);
    return { ...client, environment: undefined, [Symbol.asyncDispose]: running.close };
  }
  // A person waits, who is told that the folder is in use.
  const database = await openMailboxDatabase(settings, 0);
  try {
    return openHere(await createEnvironment(settings, database), options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openHere(environment: MailEnvironment, { household, onError }: ConnectOptions): Mailbox {
  const { database } = environment;
  const clients = new WebClients(environment);
  const ended = new AbortController();
  const app = createLocalApp({
    environment,
    clients,
    nudge: (accountId) => void nudgeAccounts(database, [accountId]).catch(() => {}),
    setupToken: createToken(),
    proxyKey: randomBytes(32),
    url: undefined,
    stopping: ended.signal,
    onError,
  });
  const fetch: Fetch = async (input, init) => await app.request(new Request(input, init));
  return {
    ...createApiClient(fetch, household),
    environment,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await clients.close();
      await database.close();
    },
  };
}
