import { createHmac, timingSafeEqual } from "node:crypto";

/** An address as a query that {@link isSigned} knows again: `/proxy` fetches nothing but what a mail named. */
export function signUrl(url: string, key: Buffer): string {
  return new URLSearchParams({ u: url, sig: signature(url, key).toString("base64url") }).toString();
}

/** Whether an address was signed with the key. */
export function isSigned(url: string, given: string, key: Buffer): boolean {
  const expected = signature(url, key);
  const bytes = Buffer.from(given, "base64url");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function signature(url: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(url).digest();
}
