import { type ConnectionReport, isMailError, type MailError } from "@mailwright/core";
import type { StoredServer } from "../db/schema/accounts.js";
import type { AccountSecret } from "../store/accounts.js";
import { createClient } from "./account-client.js";
import type { MailEnvironment } from "./mail-environment.js";

/** A client of any protocol. */
interface TestedClient {
  testConnection(options: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
  }): Promise<ConnectionReport>;
  close(options: { readonly graceMs: number }): Promise<void>;
}

const TIMEOUT_MS = 20_000;

/** Tries to log in with what somebody typed, and tells how far it came. Stores nothing. */
export async function testAccount(
  environment: MailEnvironment,
  account: {
    readonly kind: "imap" | "pop3";
    readonly incoming: StoredServer;
    readonly secret: AccountSecret;
  },
  signal: AbortSignal,
) {
  const { client } = createClient(environment, account, account.secret);
  return await testConnection(client, account.incoming, signal);
}

/** Tries to log in with a client, and tells how far it came. Closes it. */
export async function testConnection(
  client: TestedClient,
  { host, port, security }: StoredServer,
  signal: AbortSignal,
) {
  try {
    const report = await client.testConnection({ signal, timeoutMs: TIMEOUT_MS });
    const { ok, tls, capabilities, authMechanisms, latencyMs, error } = report;
    const lists = { capabilities: [...capabilities], authMechanisms: [...authMechanisms] };
    const server = { host: report.host, port: report.port, security: report.security };
    return { ok, ...server, tls, ...lists, latencyMs, error: error && toReason(error) };
  } catch (error) {
    if (!isMailError(error)) throw error;
    const nothing = { capabilities: [], authMechanisms: [], latencyMs: {} };
    return { ok: false, host, port, security, tls: undefined, ...nothing, error: toReason(error) };
  } finally {
    await client.close({ graceMs: 1_000 });
  }
}

function toReason({ code, message, phase, server, retryable }: MailError) {
  return { code, message, phase, server: server?.text, retryable };
}
