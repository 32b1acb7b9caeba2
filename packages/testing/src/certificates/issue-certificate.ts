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

/** Who signs: a name and its keys. */
export interface Issuer {
  readonly name: string;
  readonly keys: Keys;
}

/** A P-256 key pair. */
export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKeyInfo: SubjectPublicKeyInfo;
  readonly identifier: Buffer;
}

/** Certificates are valid for so long before and after now. */
export const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";

/** New keys. */
export function createKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKeyInfo = AsnConvert.parse(
    publicKey.export({ type: "spki", format: "der" }),
    SubjectPublicKeyInfo,
  );
  const identifier = createHash("sha1").update(new Uint8Array(publicKeyInfo.subjectPublicKey)).digest();
  return { privateKey, publicKeyInfo, identifier };
}

/** The certificate (PEM) of a server, valid for a day either way, moved by `shiftMs`; without names it has no alternative ones. */
export function issueServerCertificate(
  subject: Issuer,
  issuer: Issuer,
  names: readonly string[],
  shiftMs: number,
): string {
  return createCertificate(subject, issuer, serverExtensions(names), shiftMs);
}

/** The certificate (PEM) that an authority gives to itself. */
export function issueAuthorityCertificate(authority: Issuer): string {
  return createCertificate(authority, authority, authorityExtensions(), 0);
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
