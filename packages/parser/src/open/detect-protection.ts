import type { Protection } from "../message/protection.js";
import type { MimeNode } from "../structure/mime-node.js";

const INLINE_SEARCH_BYTES = 1024 * 1024;

/** Looks for encryption (RFC 3156, RFC 8551, and PGP armour in plain text). */
export function detectEncryption(bytes: Buffer, root: MimeNode): Protection | undefined {
  return find(root, (part) => {
    const type = part.contentType;
    if (type === "multipart/encrypted") return "pgp-mime";
    if (isSmimeType(type)) return isSigned(part) ? undefined : "smime";
    return hasArmour(bytes, part, "-----BEGIN PGP MESSAGE-----") ? "pgp-inline" : undefined;
  });
}

/** Looks for signatures (RFC 1847, RFC 3156, RFC 8551, and PGP armour in plain text). */
export function detectSignature(bytes: Buffer, root: MimeNode): Protection | undefined {
  return find(root, (part) => {
    const type = part.contentType;
    if (type === "multipart/signed")
      return part.parameters.get("protocol")?.toLowerCase().includes("pkcs7") ? "smime" : "pgp-mime";
    if (isSmimeType(type)) return isSigned(part) ? "smime" : undefined;
    return hasArmour(bytes, part, "-----BEGIN PGP SIGNED MESSAGE-----") ? "pgp-inline" : undefined;
  });
}

function find(part: MimeNode, detect: (part: MimeNode) => Protection | undefined): Protection | undefined {
  const found = detect(part);
  if (found !== undefined) return found;
  for (const child of part.children) {
    const inChild = find(child, detect);
    if (inChild !== undefined) return inChild;
  }
  return undefined;
}

function isSmimeType(type: string): boolean {
  return type === "application/pkcs7-mime" || type === "application/x-pkcs7-mime";
}

function isSigned(part: MimeNode): boolean {
  return part.parameters.get("smime-type")?.toLowerCase() === "signed-data";
}

function hasArmour(bytes: Buffer, part: MimeNode, line: string): boolean {
  if (part.contentType !== "text/plain") return false;
  const body = bytes.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + INLINE_SEARCH_BYTES));
  return body.includes(line, 0, "latin1");
}
