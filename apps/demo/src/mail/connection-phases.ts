import { isIP } from "node:net";
import type { ConnectionReport, Security } from "@mailwright/core";

/** What happens one after the other. */
const STEPS: Readonly<Record<Security, readonly string[]>> = {
  tls: ["dns", "connect", "tls", "greeting", "auth"],
  starttls: ["dns", "connect", "greeting", "starttls", "auth"],
  none: ["dns", "connect", "greeting", "auth"],
};

/**
 * How far a connection came: the steps that went well in their order, then the one that did not; `ms` where a step was
 * measured apart. Where the phase of the error is none of these, nothing is known of the others.
 */
export function connectionPhases({
  ok,
  host,
  security,
  latencyMs,
  error,
}: Pick<ConnectionReport, "ok" | "host" | "security" | "latencyMs" | "error">) {
  // An address is not looked up, and a server that may not be used is not asked.
  const steps = STEPS[security].filter((step) => step !== "dns" || isIP(host) === 0);
  const passed = (phase: string) => ({ phase, ok: true, ms: latencyMs[phase] });
  if (ok) return steps.map(passed);
  const failed = error?.code === "dns" ? "dns" : (error?.phase ?? "connect");
  const before = error?.code === "forbidden" ? [] : stepsBefore(failed, steps);
  return [...before.map(passed), { phase: failed, ok: false, ms: undefined }];
}

function stepsBefore(phase: string, steps: readonly string[]): readonly string[] {
  // What a server can do is asked after its greeting; maybe again later, which cannot be told apart.
  if (phase === "capability" || phase === "ehlo") return steps.slice(0, steps.indexOf("greeting") + 1);
  return steps.slice(0, Math.max(0, steps.indexOf(phase)));
}
