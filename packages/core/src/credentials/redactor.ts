import type { Credentials } from "./credentials.js";

const MASK = "[secret]";
/** Secrets shorter than this are masked only where they stand alone, or no text would be readable. */
const SHORT = 4;
/** Shorter pieces of base64 turn up by chance. */
const MIN_CORE = 6;

const REMEMBERED = 32;
/** How many causes of causes are kept. */
const MAX_CAUSES = 8;

/**
 * Masks known secrets in any text that leaves the library: server replies (a server may echo what it
 * was sent), errors of wrapped libraries, log lines, transcripts. Remembers the last 32, so that the
 * tokens of months do not pile up.
 */
export class Redactor {
  /** What to look for, by secret, the one added last at the end. */
  readonly #patterns = new Map<string, readonly string[]>();
  #pattern: RegExp | undefined;

  /** Masks from now on the secret itself, its base64, and the SASL strings that carry it. */
  addCredentials(credentials: Credentials): void {
    const { user } = credentials;
    const secret = "password" in credentials ? credentials.password : credentials.accessToken;
    this.#remember(secret, [
      ...formsOf(secret),
      escapeRegExp(base64(`\0${user}\0${secret}`)),
      escapeRegExp(base64(`${user}\0${user}\0${secret}`)),
      escapeRegExp(base64(`user=${user}\x01auth=Bearer ${secret}\x01\x01`)),
      escapeRegExp(base64(`n,a=${user},\x01auth=Bearer ${secret}\x01\x01`)),
    ]);
  }

  /**
   * Masks from now on this string as it is, quoted, percent-encoded, and in base64, also where it is
   * only part of what was encoded.
   */
  add(secret: string): void {
    this.#remember(secret, formsOf(secret));
  }

  /** The text with every known secret replaced by `[secret]`. */
  text(text: string): string {
    if (this.#patterns.size === 0) return text;
    this.#pattern ??= anyOf([...this.#patterns.values()].flat());
    return text.replace(this.#pattern, MASK);
  }

  /** A copy of a foreign error that is safe to keep as `cause`: name, message, code and stack, masked. */
  error(thrown: unknown): Error {
    return this.#copy(thrown, 0);
  }

  #copy(thrown: unknown, depth: number): Error {
    const source = thrown instanceof Error ? thrown : new Error(String(thrown));
    const copy = new Error(this.text(source.message));
    copy.name = source.name;
    copy.stack = this.text(source.stack ?? "");
    if ("code" in source && typeof source.code === "string") Object.assign(copy, { code: source.code });
    if (source.cause !== undefined && depth < MAX_CAUSES) copy.cause = this.#copy(source.cause, depth + 1);
    return copy;
  }

  #remember(secret: string, patterns: readonly string[]): void {
    if (secret === "") return;
    const known = this.#patterns.get(secret) ?? [];
    this.#patterns.delete(secret);
    this.#patterns.set(secret, [...new Set([...known, ...patterns])]);
    for (const oldest of this.#patterns.keys()) {
      if (this.#patterns.size <= REMEMBERED) break;
      this.#patterns.delete(oldest);
    }
    this.#pattern = undefined;
  }
}

/** Longest first, so that no part of a long form is left over; in one pass, so that no mask is masked. */
function anyOf(patterns: readonly string[]): RegExp {
  const longestFirst = [...new Set(patterns)].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.join("|"), "g");
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORT) return [`(?<!\\w)${escapeRegExp(secret)}(?!\\w)`, escapeRegExp(base64(secret))];
  const quoted = secret.replace(/["\\]/g, "\\$&");
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(Buffer.from(secret, "utf8").toString("utf8"));
  return [secret, quoted, inJson, inUrl, base64(secret), ...base64Cores(secret)].map(escapeRegExp);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/**
 * What every base64 text that encodes the secret somewhere within contains: one form for each of the
 * three ways in which it can be aligned, without the characters that its neighbours have a part in.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [0, 1, 2]
    .map((shift) => {
      const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
      const wholeChars = Math.floor(((shift + bytes.length) * 8) / 6);
      return encoded.slice(shift === 0 ? 0 : shift + 1, wholeChars);
    })
    .filter((core) => core.length >= MIN_CORE);
}
