import type { Credentials } from "./credentials.js";
import { secretOf } from "./credentials.js";

const MASK = "[secret]";

/**
 * Masks known secrets in any text that leaves the library: server replies (a server may echo what it
 * was sent), errors of wrapped libraries, log lines, transcripts.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Masks from now on the secret itself, its base64, and the SASL strings that carry it. */
  addCredentials(credentials: Credentials): void {
    const { user } = credentials;
    const secret = secretOf(credentials);
    this.add(secret);
    this.add(`\0${user}\0${secret}`);
    this.add(`${user}\0${user}\0${secret}`);
    this.add(`user=${user}\x01auth=Bearer ${secret}\x01\x01`);
    this.add(`n,a=${user},\x01auth=Bearer ${secret}\x01\x01`);
  }

  /** Masks from now on this string and its base64. */
  add(secret: string): void {
    if (secret === "") return;
    this.#secrets.add(secret);
    this.#secrets.add(Buffer.from(secret, "utf8").toString("base64"));
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) {
      if (secret.length >= 4) masked = masked.replaceAll(secret, MASK);
      else masked = maskWord(masked, secret);
    }
    return masked;
  }

  /** A copy of a foreign error that is safe to keep as `cause`: name, message, code and stack, masked. */
  error(thrown: unknown): Error {
    const source = thrown instanceof Error ? thrown : new Error(String(thrown));
    const copy = new Error(this.text(source.message));
    copy.name = source.name;
    copy.stack = this.text(source.stack ?? "");
    if ("code" in source && typeof source.code === "string") Object.assign(copy, { code: source.code });
    if (source.cause !== undefined) copy.cause = this.error(source.cause);
    return copy;
  }
}

/** Very short secrets are masked only where they stand alone, or every text would be unreadable. */
function maskWord(text: string, secret: string): string {
  return text
    .split(/(\s+)/)
    .map((word) => (word === secret ? MASK : word))
    .join("");
}
