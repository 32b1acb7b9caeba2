import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paths of PEM files. */
export interface ThrowawayCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const DAYS = "30";

/**
 * Creates an authority and a certificate that it signed for `localhost` and `127.0.0.1`, with the openssl command.
 * The authority's key is not kept.
 */
export async function createThrowawayCertificate(folder: string): Promise<ThrowawayCertificate> {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Promise<unknown> => run("openssl", args, { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

  await openssl(
    ...["req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", DAYS],
    ...["-subj", "/CN=Throwaway test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  await openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  await writeFile(
    path("server.ext"),
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n",
  );
  await openssl(
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-days", DAYS, "-extfile", "server.ext", "-out", "server.pem"],
  );
  await openssl("verify", "-CAfile", "ca.pem", "server.pem");
  await writeFile(path("ca.key"), "");
  await chmod(path("server.key"), 0o600);
  return { ca: path("ca.pem"), certificate: path("server.pem"), key: path("server.key") };
}
