import { createHash, X509Certificate } from "node:crypto";
import { createCertificates } from "@mailwright/testing";
import { expect, test } from "vitest";
import { certificateDigest } from "../../src/sasl/channel-binding.js";

test("a certificate signed with SHA-256 is digested with SHA-256", async () => {
  const { cert } = await createCertificates();
  const { raw } = new X509Certificate(cert);
  expect(certificateDigest(raw)).toEqual(createHash("sha256").update(raw).digest());
});

test("a certificate signed with SHA-384 or SHA-512 is digested with that", async () => {
  const { cert } = await createCertificates();
  const { raw } = new X509Certificate(cert);
  const sha256 = Buffer.from("2a8648ce3d040302", "hex");
  for (const [last, hash] of [
    [0x03, "sha384"],
    [0x04, "sha512"],
  ] as const) {
    const changed = Buffer.from(raw);
    for (let at = changed.indexOf(sha256); at >= 0; at = changed.indexOf(sha256, at + 1))
      changed[at + 7] = last;
    expect(certificateDigest(changed)).toEqual(createHash(hash).update(changed).digest());
  }
});
