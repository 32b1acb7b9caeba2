import { findProvider, type Provider, providers } from "@mailwright/providers";
import type { Account } from "../../store/accounts.js";
import type { SendRates } from "../../store/outbox/send-rates.js";

const MINUTE_MS = 60_000;
/** Of what an account may open at a server that nobody knows: other programs want some too. */
const MAX_CONNECTIONS = 4;

/** The provider that an account sends by: that of its server, since a domain of one's own may be anywhere, or of its address. */
export function findSender({
  address,
  outgoing,
}: Pick<Account, "address" | "outgoing">): Provider | undefined {
  return providers.find(({ smtp }) => smtp?.host === outgoing?.host) ?? findProvider(address);
}

/** How fast an account may send; where its provider does not say, as the settings do. */
export function sendRates(
  account: Pick<Account, "address" | "outgoing">,
  perMinute: number | undefined,
): SendRates {
  const rates = findSender(account)?.limits.rateLimits;
  if (rates !== undefined) return rates;
  return perMinute === undefined ? {} : { messages: { limit: perMinute, intervalMs: MINUTE_MS } };
}

/** How many connections each process may open to send by. */
export function sendConnections(account: Pick<Account, "address" | "outgoing">): number {
  return Math.min(findSender(account)?.limits.smtpConnections ?? MAX_CONNECTIONS, MAX_CONNECTIONS);
}
