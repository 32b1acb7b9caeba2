import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { throwIfAborted } from "./abort.js";
import type { HostPolicy } from "./host-policy.js";
import { isMailError, MailError, type MailProtocol } from "./mail-error.js";

/** Whom {@link dial} connects to, and who may forbid it. */
export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly protocol: MailProtocol;
  readonly hostPolicy?: HostPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves a host once, asks the policy, and connects to the addresses in turn until one answers.
 * `connect` gets an IP address and must not resolve the name again. Only errors of phase `"connect"`
 * move on to the next address. Rejects with `"dns"`, `"forbidden"`, or the last `connect` error.
 */
export async function dial<T>(options: DialOptions, connect: (address: string) => Promise<T>): Promise<T> {
  const addresses = await resolve(options);
  await checkPolicy(options, addresses);
  let last: unknown;
  for (const address of addresses) {
    throwIfAborted(options.signal, options.protocol, "connect");
    try {
      return await connect(address);
    } catch (error) {
      if (!isMailError(error) || error.phase !== "connect") throw error;
      last = error;
    }
  }
  throw options.hostPolicy === undefined ? last : unreachable(options);
}

/** Whether an IP address is this machine itself: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return (
    address === "::1" || (isIP(address) === 4 && address.startsWith("127.")) || /^::ffff:127\./i.test(address)
  );
}

async function resolve({ host, protocol }: DialOptions): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map((entry) => entry.address);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const temporary = code === "EAI_AGAIN";
    const message = temporary ? `The name ${host} could not be looked up just now` : `Unknown host ${host}`;
    throw new MailError(message, { code: "dns", protocol, phase: "connect", retryable: temporary, cause });
  }
}

async function checkPolicy(options: DialOptions, addresses: readonly string[]): Promise<void> {
  const { hostPolicy, host, port, protocol } = options;
  if (hostPolicy === undefined || (await hostPolicy({ host, port, addresses }))) return;
  throw new MailError(`The host policy forbids connecting to ${host}`, {
    code: "forbidden",
    protocol,
    phase: "connect",
  });
}

function unreachable({ host, protocol }: DialOptions): MailError {
  const details = { code: "connection", protocol, phase: "connect", retryable: true } as const;
  return new MailError(`${host} could not be reached`, details);
}
