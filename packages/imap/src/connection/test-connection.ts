import { type ConnectionReport, isMailError, type OperationOptions, withDeadline } from "@mailwright/core";
import { roundMs } from "@mailwright/core/internal";
import type { ConnectTimings } from "./dial-attempt.js";
import type { ImapAccount } from "./imap-account.js";
import { openSession } from "./open-session.js";

/** Opens a connection, logs in, and closes it again; never rejects for what the server or the network does. */
export async function testConnection(
  account: ImapAccount,
  options: OperationOptions,
): Promise<ConnectionReport> {
  const { server } = account.options;
  const { host, port, security } = server;
  const latencyMs: ConnectTimings = {};
  const since = performance.now();
  const base = { host, port, security, latencyMs };
  try {
    const session = await withDeadline((signal) => openSession(account, `${host}:test`, signal, latencyMs), {
      // The dial has a deadline of its own, which knows the phase.
      timeoutMs: options.timeoutMs ?? Number.POSITIVE_INFINITY,
      signal: options.signal,
      protocol: "imap",
      phase: "connect",
      retryable: true,
    });
    latencyMs["total"] = roundMs(performance.now() - since);
    const capabilities = [...session.capabilities].sort();
    const { tls } = session.security;
    const authMechanisms = [...session.security.authMechanisms];
    await session.close();
    return { ok: true, ...base, tls, capabilities, authMechanisms };
  } catch (error) {
    if (!isMailError(error)) throw error;
    latencyMs["total"] = roundMs(performance.now() - since);
    return { ok: false, ...base, capabilities: [], authMechanisms: [], error };
  }
}
