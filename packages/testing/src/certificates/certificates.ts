import { requireKnown, requireKnownOptions } from "../options/known-options.js";
import {
  createKeys,
  DAY_MS,
  type Issuer,
  issueAuthorityCertificate,
  issueServerCertificate,
} from "./issue-certificate.js";

/** PEM texts as `node:tls` takes them. */
export interface Certificates {
  /** The certificate authority that a client has to trust. */
  readonly ca: string;
  /** Private key of the server. */
  readonly key: string;
  /** Certificate of the server. */
  readonly cert: string;
}

/**
 * What a client must find wrong with a server's certificate.
 *
 * - `"expired"`, `"not-yet-valid"`: a day outside its time.
 * - `"wrong-name"`: made out to `other.example` only.
 * - `"no-san"`: names its host in the subject only (RFC 6125 §6.4.4 retired that). Node.js still accepts it for
 *   the host name `localhost`, never for an IP address.
 * - `"self-signed"`: signed by itself; `ca` holds an authority that has nothing to do with it.
 * - `"unknown-ca"`: signed by an authority other than `ca`.
 */
export type CertificateFlaw =
  | "expired"
  | "not-yet-valid"
  | "wrong-name"
  | "no-san"
  | "self-signed"
  | "unknown-ca";

/** What `createCertificates` takes. */
export interface CertificateOptions {
  /**
   * Host names and IP addresses that the certificate is made out to.
   * @defaultValue `["localhost", "127.0.0.1", "::1"]`
   */
  readonly names?: readonly string[];
  /** Makes a certificate that a careful client refuses. */
  readonly flaw?: CertificateFlaw;
}

const FLAWS: readonly CertificateFlaw[] = [
  "expired",
  "not-yet-valid",
  "wrong-name",
  "no-san",
  "self-signed",
  "unknown-ca",
];
const WRONG_NAME = "other.example";

/**
 * Makes a throwaway certificate authority and a server certificate signed by it, on P-256 keys, valid for a day
 * either way. Nothing is written to disk; each call makes new ones.
 */
export async function createCertificates(options: CertificateOptions = {}): Promise<Certificates> {
  requireKnownOptions(options, { names: true, flaw: true }, "createCertificates");
  if (options.flaw !== undefined) requireKnown([options.flaw], FLAWS, "There is no flaw");
  const { flaw, names = ["localhost", "127.0.0.1", "::1"] } = options;
  const authority = createAuthority();
  const keys = createKeys();
  const subject = names[0] ?? "localhost";
  const self: Issuer = { name: subject, keys };
  const issuer = flaw === "self-signed" ? self : flaw === "unknown-ca" ? createAuthority() : authority;
  const shiftMs = flaw === "expired" ? -2 * DAY_MS : flaw === "not-yet-valid" ? 2 * DAY_MS : 0;
  const cert =
    flaw === "wrong-name"
      ? issueServerCertificate({ name: WRONG_NAME, keys }, issuer, [WRONG_NAME], shiftMs)
      : issueServerCertificate(self, issuer, flaw === "no-san" ? [] : names, shiftMs);
  return {
    ca: issueAuthorityCertificate(authority),
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert,
  };
}

function createAuthority(): Issuer {
  return { name: "Throwaway test authority", keys: createKeys() };
}
