import type { Security } from "@mailwright/core";
import type { FlowTakeOver } from "./take-over.js";

const TLS_CODES = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_OSSL)/;

/** What a connection that is being opened waits for. */
export function awaitedPhase(takeOver: FlowTakeOver, security: Security): string {
  if (takeOver.isUpgrading) return "starttls";
  if (takeOver.isGreeted) return "auth";
  if (takeOver.isConnected) return "greeting";
  return security === "tls" && takeOver.isReached ? "tls" : "connect";
}

/** How far a connection came before `thrown` ended it; ImapFlow tells by many names. */
export function connectPhase(takeOver: FlowTakeOver, thrown: unknown): string {
  const of = (name: string): unknown => (thrown instanceof Error ? Reflect.get(thrown, name) : undefined);
  const code = of("code");
  if (of("tlsFailed") === true) return "starttls";
  if (typeof code === "string" && TLS_CODES.test(code)) return "tls";
  if (code === "ClosedAfterConnectTLS" && !takeOver.isConnected) return "tls";
  if (takeOver.isGreeted) return "auth";
  return code === "GREETING_TIMEOUT" || takeOver.isConnected ? "greeting" : "connect";
}
