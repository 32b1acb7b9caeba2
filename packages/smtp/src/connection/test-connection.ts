import {
  type ConnectionReport,
  isMailError,
  MailError,
  type OperationOptions,
  type ServerReply,
  withDeadline,
} from "@mailwright/core";
import { roundMs } from "@mailwright/core/internal";
import { isAddressProblem, parseAddress } from "../validate/parse-address.js";
import { authMechanisms } from "../wire/capabilities.js";
import { openSession } from "./open-session.js";
import type { SmtpAccount } from "./smtp-account.js";

/** What else a connection test may find out. */
export interface TestConnectionOptions extends OperationOptions {
  /** Asks the server about this address (VRFY), where it offers that. */
  readonly address?: string | undefined;
}

/** A connection report, with the answer to VRFY. */
export interface SmtpConnectionReport extends ConnectionReport {
  /** The server's answer about the address; absent when it was not asked. 252 means that it will not say. */
  readonly verification?: ServerReply | undefined;
}

/** Opens a connection, logs in, asks what was to be asked, and says goodbye. Rejects for a wrong address only. */
export async function testConnection(
  account: SmtpAccount,
  options: TestConnectionOptions,
): Promise<SmtpConnectionReport> {
  const { host, port, security } = account.server;
  if (options.address !== undefined) requireAddress(options.address);
  const startedAt = performance.now();
  let phase = "connect";
  const onPhase = (next: string): void => {
    phase = next;
  };
  const run = async (signal: AbortSignal): Promise<SmtpConnectionReport> => {
    const session = await openSession(account, { signal, connectionId: `${host}#test`, onPhase });
    try {
      const { capabilities, tls, latencyMs } = session.info;
      phase = "verify";
      const canVerify = options.address !== undefined && session.info.extensions.has("VRFY");
      const verification = canVerify ? await session.verify(options.address, signal) : undefined;
      const total = roundMs(performance.now() - startedAt);
      return {
        ok: true,
        host,
        port,
        security,
        tls,
        capabilities,
        authMechanisms: authMechanisms(capabilities),
        latencyMs: { ...latencyMs, total },
        verification,
      };
    } finally {
      await session.link.close();
    }
  };
  try {
    const timeoutMs = options.timeoutMs ?? account.timeouts.connectMs;
    return await withDeadline(run, {
      timeoutMs,
      signal: options.signal,
      protocol: "smtp",
      phase: () => phase,
      retryable: true,
    });
  } catch (error) {
    if (!isMailError(error)) throw error;
    const latencyMs = { total: roundMs(performance.now() - startedAt) };
    return { ok: false, host, port, security, capabilities: [], authMechanisms: [], latencyMs, error };
  }
}

function requireAddress(address: string): void {
  const parsed = parseAddress(address, { allowLocalDomains: true });
  if (!isAddressProblem(parsed)) return;
  throw new MailError(`address ${parsed.message}`, { code: "invalid-argument", protocol: "smtp" });
}
