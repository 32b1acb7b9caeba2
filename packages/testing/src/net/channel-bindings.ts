import { createHash, X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";

/** Channel binding data of a TLS connection: `tls-server-end-point` (RFC 5929 §4) and `tls-exporter` (RFC 9266). */
export function readChannelBindings(tls: TLSSocket, certificate: string): Map<string, Buffer> {
  const bindings = new Map([
    ["tls-server-end-point", createHash("sha256").update(new X509Certificate(certificate).raw).digest()],
  ]);
  if (tls.getProtocol() === "TLSv1.3") {
    bindings.set("tls-exporter", tls.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0)));
  }
  return bindings;
}
