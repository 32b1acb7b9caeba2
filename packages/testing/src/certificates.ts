import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

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

interface Issuer {
  readonly name: string;
  readonly keys: Keys;
}

interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKeyInfo: SubjectPublicKeyInfo;
  readonly identifier: Buffer;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";

/**
 * Makes a throwaway certificate authority and a server certificate signed by it, on P-256 keys, valid for a day
 * either way. Nothing is written to disk; each call makes new ones.
 */
export async function createCertificates(options: CertificateOptions = {}): Promise<Certificates> {
  const { flaw, names = ["localhost", "127.0.0.1", "::1"] } = options;
  const authority = createAuthority();
  const keys = createKeys();
  const subject = names[0] ?? "localhost";
  const self: Issuer = { name: subject, keys };
  const issuer = flaw === "self-signed" ? self : flaw === "unknown-ca" ? createAuthority() : authority;
  return {
    ca: createCertificate(authority, authority, authorityExtensions(), 0),
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: createCertificate(
      flaw === "wrong-name" ? { name: "other.example", keys } : self,
      issuer,
      serverExtensions(flaw === "wrong-name" ? ["other.example"] : flaw === "no-san" ? [] : names),
      flaw === "expired" ? -2 * DAY_MS : flaw === "not-yet-valid" ? 2 * DAY_MS : 0,
    ),
  };
}

function createAuthority(): Issuer {
  return { name: "Throwaway test authority", keys: createKeys() };
}

function createKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKeyInfo = AsnConvert.parse(
    publicKey.export({ type: "spki", format: "der" }),
    SubjectPublicKeyInfo,
  );
  const identifier = createHash("sha1").update(new Uint8Array(publicKeyInfo.subjectPublicKey)).digest();
  return { privateKey, publicKeyInfo, identifier };
}

function createCertificate(subject: Issuer, issuer: Issuer, own: Extension[], shiftMs: number): string {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const serial = randomBytes(12);
  serial[0] = 0x01;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: signatureAlgorithm,
    issuer: distinguishedName(issuer.name),
    validity: new Validity({
      notBefore: new Date(Date.now() + shiftMs - DAY_MS),
      notAfter: new Date(Date.now() + shiftMs + DAY_MS),
    }),
    subject: distinguishedName(subject.name),
    subjectPublicKeyInfo: subject.keys.publicKeyInfo,
    extensions: new Extensions([
      ...own,
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(subject.keys.identifier)),
      extension(
        id_ce_authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(issuer.keys.identifier) }),
      ),
    ]),
  });
  const signed = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const signatureValue = new Uint8Array(sign("sha256", signed, issuer.keys.privateKey)).buffer;
  return toPem(AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue })));
}

function distinguishedName(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

function authorityExtensions(): Extension[] {
  return [
    extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true })),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
  ];
}

function serverExtensions(names: readonly string[]): Extension[] {
  const extensions = [
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
  ];
  if (names.length === 0) return extensions;
  const alternatives = names.map(
    (name) => new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name }),
  );
  return [...extensions, extension(id_ce_subjectAltName, false, new SubjectAlternativeName(alternatives))];
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function toPem(der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
