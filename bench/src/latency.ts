import { type ChildServer, startChildServer } from "./child-server.js";

/**
 * Puts a round-trip time before a port of this machine, from a process of its own: a network does not wait for the
 * event loop of those who use it.
 */
export function startLatency(port: number, latencyMs: number): Promise<ChildServer> {
  return startChildServer("latency-process", [port, latencyMs]);
}
