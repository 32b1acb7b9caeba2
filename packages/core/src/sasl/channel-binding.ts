import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";

/** What ties a login to one TLS connection, so that nobody in between can pass it on. */
export interface ChannelBinding {
  readonly type: "tls-exporter" | "tls-server-end-point";
  readonly data: Buffer;
}

const SHA384_OR_512: Readonly<Record<string, string>> = {
  // ecdsa-with-SHA384, ecdsa-with-SHA512, sha384WithRSA, sha512WithRSA
  "2a8648ce3d040303": "sha384",
  "2a8648ce3d040304": "sha512",
  "2a864886f70d01010c": "sha384",
  "2a864886f70d01010d": "sha512",
};

/**
 * The binding that suits the connection: `tls-exporter` on TLS 1.3 (RFC 9266), the server certificate's
 * digest before that (RFC 5929 §4); `undefined` when there is none.
 */
export function channelBindingOf(socket: TLSSocket): ChannelBinding | undefined {
  if (socket.getProtocol() === "TLSv1.3") {
    // QUIRK: Deno's node:tls has no exportKeyingMaterial.
    if (typeof socket.exportKeyingMaterial !== "function") return undefined;
    const data = socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
    return { type: "tls-exporter", data };
  }
  const certificate = socket.getPeerX509Certificate()?.raw;
  if (certificate === undefined) return undefined;
  return { type: "tls-server-end-point", data: certificateDigest(certificate) };
}

/**
 * Digest of a DER certificate by the hash of its own signature, MD5 and SHA-1 raised to SHA-256 (RFC 5929
 * §4.1). RSASSA-PSS, whose hash stands in parameters, counts as SHA-256, as nearly all of them are.
 */
export function certificateDigest(certificate: Buffer): Buffer {
  const outer = derContent(certificate, 0);
  const signed = derContent(certificate, outer.start);
  const algorithm = derContent(certificate, signed.end);
  const identifier = derContent(certificate, algorithm.start);
  const oid = certificate.subarray(identifier.start, identifier.end).toString("hex");
  return createHash(SHA384_OR_512[oid] ?? "sha256")
    .update(certificate)
    .digest();
}

/** Where the content of the DER element at `at` begins and ends. */
function derContent(der: Buffer, at: number): { start: number; end: number } {
  const first = der[at + 1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
  return { start, end: start + length };
}
