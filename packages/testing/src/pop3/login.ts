import { createHash } from "node:crypto";
import type { MailAccount } from "../store/mail-account.js";
import type { MailStore } from "../store/mail-store.js";
import { Pop3Refusal } from "./refusal.js";

/** Who is logged in to a server, so that a maildrop has one session at a time (RFC 1939 §8). */
export class MaildropLocks {
  readonly #locked = new Set<string>();
  readonly #lastLogin = new Map<string, number>();
  readonly #loginDelayMs: number;

  constructor(loginDelaySeconds: number) {
    this.#loginDelayMs = loginDelaySeconds * 1000;
  }

  /** Throws the refusal `IN-USE` or `LOGIN-DELAY`. */
  lock(user: string): void {
    if (this.#locked.has(user)) throw new Pop3Refusal("Maildrop already locked", "IN-USE");
    const now = performance.now();
    const last = this.#lastLogin.get(user);
    if (last !== undefined && now - last < this.#loginDelayMs) {
      throw new Pop3Refusal("Minimum time between logins not reached", "LOGIN-DELAY");
    }
    this.#lastLogin.set(user, now);
    this.#locked.add(user);
  }

  unlock(user: string): void {
    this.#locked.delete(user);
  }
}

/** The account when the digest is that of the greeting's timestamp and the password (APOP, RFC 1939 §7). */
export function authenticateApop(
  store: MailStore,
  timestamp: string,
  user: string,
  digest: string,
): MailAccount | undefined {
  const account = store.findAccount(user);
  if (account === undefined) return undefined;
  const expected = createHash("md5").update(`${timestamp}${account.password}`).digest("hex");
  return store.isTrap || expected === digest.toLowerCase() ? account : undefined;
}
