import { createHash } from "node:crypto";

/** RFC 822 msg-id with a real domain: what else a server sends may be made to find MD5 collisions (CVE-2007-1558). */
const TIMESTAMP = /<[\w!#$%&'*+/=?^`{|}~.-]+@[\w-]+(?:\.[\w-]+)*>/;

/** The time stamp of a greeting that `APOP` digests; `undefined` when the server has none (RFC 1939 §7). */
export function apopTimestamp(greeting: string): string | undefined {
  return TIMESTAMP.exec(greeting)?.[0];
}

/** The digest that `APOP` sends in place of the password: MD5, weak by now. */
export function apopDigest(timestamp: string, password: string): string {
  return createHash("md5").update(`${timestamp}${password}`, "utf8").digest("hex");
}
