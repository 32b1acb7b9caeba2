import { type ConnectionReport, isMailError, type MailError } from "@mailwright/core";
import { SmtpClient } from "@mailwright/smtp";
import type { StoredServer } from "../db/schema/accounts.js";
import type { AccountSecret } from "../store/accounts.js";
import { clientOptions, createClient } from "./account-client.js";
import { connectionPhases } from "./connection-phases.js";
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

/** What decides whether an account works. */
interface TestedAccount {
  readonly kind: "imap" | "pop3";
  readonly incoming: StoredServer;
  readonly outgoing?: StoredServer | null | undefined;
  readonly secret: AccountSecret;
}

/** Tries to log in with what somebody typed, and tells how far it came at each server. Stores nothing. */
export async function testAccount(environment: MailEnvironment, account: TestedAccount, signal: AbortSignal) {
  const { incoming, outgoing } = await testServers(environment, account, signal);
  return { ...incoming, outgoing: outgoing ?? undefined };
}

/** Tries both servers of an account; `logId` is what the conversation with the first is logged under. */
export async function testServers(
  environment: MailEnvironment,
  account: TestedAccount,
  signal: AbortSignal,
  logId?: string,
) {
  const { incoming, outgoing, secret } = account;
  const { client } = createClient(environment, account, secret, logId);
  const sender =
    outgoing && new SmtpClient(clientOptions(environment, outgoing, secret.outgoing ?? secret.incoming));
  const [received, sent = null] = await Promise.all([
    testConnection(client, incoming, signal),
    outgoing && sender ? testConnection(sender, outgoing, signal) : null,
  ]);
  return { incoming: received, outgoing: sent };
}

/** Tries to log in with a client, and tells how far it came. Closes it. */
async function testConnection(
  client: TestedClient,
  { host, port, security }: StoredServer,
  signal: AbortSignal,
) {
  try {
    const report = await client.testConnection({ signal, timeoutMs: TIMEOUT_MS });
    const { ok, tls, capabilities, authMechanisms, latencyMs, error } = report;
    const lists = { capabilities: [...capabilities], authMechanisms: [...authMechanisms] };
    const server = { host: report.host, port: report.port, security: report.security };
    const phases = connectionPhases(report);
    return { ok, ...server, tls, ...lists, phases, latencyMs, error: error && toReason(error) };
  } catch (error) {
    if (!isMailError(error)) throw error;
    const nothing = { ok: false, host, security, latencyMs: {} } as const;
    const phases = connectionPhases({ ...nothing, error });
    const lists = { tls: undefined, capabilities: [], authMechanisms: [] };
    return { ...nothing, port, ...lists, phases, error: toReason(error) };
  } finally {
    await client.close({ graceMs: 1_000 });
  }
}

function toReason({ code, message, phase, server, retryable }: MailError) {
  return { code, message, phase, server: server?.text, retryable };
}
