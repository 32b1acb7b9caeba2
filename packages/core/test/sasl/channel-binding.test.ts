import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { certificateDigest, channelBindingOf } from "../../src/sasl/channel-binding.js";

async function certificate(name: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(new URL(`fixtures/${name}.pem`, import.meta.url)));
}

test.each([
  ["ecdsa-sha256", "sha256"],
  ["ecdsa-sha384", "sha384"],
  ["ecdsa-sha512", "sha512"],
  ["rsa-sha512", "sha512"],
  ["rsa-sha1", "sha256"],
])("a certificate signed by %s is digested by %s (RFC 5929 §4.1)", async (name, hash) => {
  const { raw } = await certificate(name);
  expect(certificateDigest(raw)).toEqual(createHash(hash).update(raw).digest());
});

/** A connection that is not there, with what a runtime may lack. */
class UnconnectedTls extends TLSSocket {
  override getProtocol = (): string => "TLSv1.3";
}

test("a runtime without exportKeyingMaterial has nothing to bind to on TLS 1.3", () => {
  const socket = new UnconnectedTls(undefined as never);
  Object.defineProperty(socket, "exportKeyingMaterial", { value: undefined });
  expect(channelBindingOf(socket)).toBeUndefined();
  socket.destroy();
});
