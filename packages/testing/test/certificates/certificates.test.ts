import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { measureRatio, passOver } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { type CertificateFlaw, createCertificates } from "../../src/certificates/certificates.js";

async function handshake(flaw: CertificateFlaw | undefined, host: string): Promise<string> {
  const { ca, cert, key } = await createCertificates(flaw === undefined ? {} : { flaw });
  const server = createServer({ cert, key }).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.on("tlsClientError", () => {});
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    host: "127.0.0.1",
    port,
    ca,
    ...(host === "localhost" ? { servername: host } : {}),
  });
  const outcome = await new Promise<string>((resolve) => {
    socket.once("secureConnect", () => resolve("secure"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  socket.destroy();
  server.close();
  await once(server, "close");
  return outcome;
}

describe("createCertificates", () => {
  test("its server certificate is trusted through its authority for the name and the addresses", async () => {
    expect(await handshake(undefined, "localhost")).toBe("secure");
    expect(await handshake(undefined, "127.0.0.1")).toBe("secure");
    const { ca, cert } = await createCertificates({ names: ["mail.example", "10.0.0.1", "::1"] });
    const parsed = new X509Certificate(cert);
    expect(parsed.verify(new X509Certificate(ca).publicKey)).toBe(true);
    expect(parsed.checkIssued(new X509Certificate(ca))).toBe(true);
    expect(parsed.checkHost("mail.example")).toBe("mail.example");
    expect(parsed.checkIP("::1")).toBe("::1");
    expect(parsed.checkHost("localhost")).toBeUndefined();
  });

  test.each<[CertificateFlaw, string]>([
    ["expired", "CERT_HAS_EXPIRED"],
    ["not-yet-valid", "CERT_NOT_YET_VALID"],
    ["wrong-name", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["no-san", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["unknown-ca", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ])("the flaw %s is refused by a strict client", async (flaw, code) => {
    expect(await handshake(flaw, "127.0.0.1")).toBe(code);
  });

  test("cost no more than a few megabytes of plain work, so that servers start at once", async () => {
    const { ratio, told } = await measureRatio(createCertificates, passOver(1_000_000), { bar: 30 });
    expect(ratio, told).toBeLessThan(30);
  });
});
