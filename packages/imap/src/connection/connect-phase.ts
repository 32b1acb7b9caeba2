import type { Security } from "@mailwright/core";
import type { ImapFlow } from "imapflow";
import type { ImapWire } from "../wire/imapflow-wire.js";

const TLS_CODES = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_OSSL)/;

/** ImapFlow says what TLS it has, if any, as soon as it has a socket. */
export function isConnected(flow: ImapFlow): boolean {
  return "tls" in flow;
}

/** What a connection that is being opened waits for. */
export function awaitedPhase(flow: ImapFlow, wire: ImapWire, security: Security): string {
  if (wire.isUpgrading()) return "starttls";
  if (wire.isGreeted()) return "auth";
  if (isConnected(flow)) return "greeting";
  return security === "tls" && wire.isReached() ? "tls" : "connect";
}

/** How far a connection came before `thrown` ended it; ImapFlow tells by many names. */
export function connectPhase(flow: ImapFlow, wire: ImapWire, thrown: unknown): string {
  const of = (name: string): unknown => (thrown instanceof Error ? Reflect.get(thrown, name) : undefined);
  const code = of("code");
  if (of("authenticationFailed") === true) return "auth";
  if (of("tlsFailed") === true) return "starttls";
  if (typeof code === "string" && TLS_CODES.test(code)) return "tls";
  if (code === "ClosedAfterConnectTLS" && !isConnected(flow)) return "tls";
  if (wire.isGreeted()) return flow.authenticated === false || !flow.authenticated ? "auth" : "session";
  return code === "GREETING_TIMEOUT" || isConnected(flow) ? "greeting" : "connect";
}
