import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isMailError, MailError, type MailErrorDetails, type MailProtocol } from "../errors/mail-error.js";
import { abortError, onAbort, throwIfAborted } from "../time/abort.js";
import { type Clock, systemClock } from "../time/clock.js";
import type { HostPolicy } from "./host-policy.js";

/** Whom {@link dial} connects to, and who may forbid it. */
export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly protocol: MailProtocol;
  readonly hostPolicy?: HostPolicy | undefined;
  /** A proxy or a hook resolves the name: it is passed on as it is, unless a policy has to see addresses. */
  readonly isIndirect?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What each address but the last has to connect, in milliseconds, before the next is tried. @defaultValue 3000 */
  readonly addressTimeoutMs?: number | undefined;
  /** Turns the host into addresses. @defaultValue the system's resolver, in its order */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined;
  readonly clock?: Clock | undefined;
}

/** What tells a port that is closed from one that is silent, or that speaks something else. */
const TELLING_CODES = new Set(["connection", "timeout", "tls", "protocol"]);
const TELLING_PHASES = new Set(["connect", "tls", "starttls", "greeting"]);

/**
 * Resolves a host once, asks the policy, and connects to the addresses in turn until one answers.
 *
 * `connect` gets an IP address and must not resolve the name again. Its signal is for the TCP connect
 * alone: it fires with the caller's, and when an address takes so long that the next should have its
 * chance. Only errors of phase `"connect"` move on to the next address. Rejects with `"dns"`,
 * `"forbidden"`, `"aborted"`, or the last `connect` error; with a policy, with one and the same error
 * for every host that cannot be talked to.
 */
export async function dial<T>(
  options: DialOptions,
  connect: (address: string, connectSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const addresses = await resolveHost(options);
  await checkPolicy(options, addresses);
  let last: unknown;
  for (const [index, address] of addresses.entries()) {
    throwIfAborted(options.signal, options.protocol, "connect");
    const isLast = index === addresses.length - 1;
    try {
      return await connectWithin(options, address, isLast, connect);
    } catch (error) {
      last = error;
      if (!isMailError(error) || error.phase !== "connect" || options.signal?.aborted === true) break;
    }
  }
  throw options.hostPolicy !== undefined && isTelling(last) ? unreachable(options) : last;
}

/** Whether an IP address is this machine itself: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return (
    address === "::1" || (isIP(address) === 4 && address.startsWith("127.")) || /^::ffff:127\./i.test(address)
  );
}

async function connectWithin<T>(
  options: DialOptions,
  address: string,
  isLast: boolean,
  connect: (address: string, connectSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, addressTimeoutMs = 3_000, clock = systemClock } = options;
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(addressTimeout(options, address, addressTimeoutMs));
  const cancel = isLast ? undefined : clock.schedule(addressTimeoutMs, giveUp, { keepAlive: true });
  const stopListening = onAbort(signal, () => controller.abort(signal?.reason));
  try {
    return await connect(address, controller.signal);
  } finally {
    cancel?.();
    stopListening();
  }
}

async function resolveHost(options: DialOptions): Promise<readonly string[]> {
  const { host, protocol, signal, resolve = systemResolve } = options;
  if (isIP(host) !== 0 || (options.isIndirect === true && options.hostPolicy === undefined)) return [host];
  throwIfAborted(signal, protocol, "connect");
  let stopListening = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stopListening = onAbort(signal, () => signal && reject(abortError(signal, protocol, "connect")));
  });
  try {
    return await Promise.race([resolve(host), aborted]);
  } catch (cause) {
    throw isMailError(cause) ? cause : resolveFailed(options, cause);
  } finally {
    stopListening();
  }
}

async function systemResolve(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
}

function resolveFailed({ host, protocol }: DialOptions, cause: unknown): MailError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const retryable = code === "EAI_AGAIN" || code === "ETIMEOUT";
  const message = retryable ? `The name ${host} could not be looked up just now` : `Unknown host ${host}`;
  return new MailError(message, { code: "dns", protocol, phase: "connect", retryable, cause });
}

async function checkPolicy(options: DialOptions, addresses: readonly string[]): Promise<void> {
  const { hostPolicy, host, port, protocol } = options;
  if (addresses.length === 0) throw resolveFailed(options, undefined);
  if (hostPolicy === undefined) return;
  const details = { code: "forbidden", protocol, phase: "connect" } as const;
  const message = `The host policy forbids connecting to ${host}`;
  let isAllowed: boolean;
  try {
    isAllowed = await hostPolicy({ host, port, addresses });
  } catch (cause) {
    throw new MailError(message, { ...details, cause });
  }
  if (!isAllowed) throw new MailError(message, details);
}

function isTelling(error: unknown): boolean {
  return isMailError(error) && TELLING_CODES.has(error.code) && TELLING_PHASES.has(error.phase ?? "");
}

function addressTimeout({ protocol }: DialOptions, address: string, timeoutMs: number): MailError {
  return new MailError(
    `${address} did not answer within ${timeoutMs} ms`,
    connectFailure("timeout", protocol),
  );
}

function unreachable({ host, protocol }: DialOptions): MailError {
  return new MailError(`${host} could not be reached`, connectFailure("connection", protocol));
}

function connectFailure(code: "timeout" | "connection", protocol: MailProtocol): MailErrorDetails {
  return { code, protocol, phase: "connect", retryable: true, connectionBroken: true };
}
