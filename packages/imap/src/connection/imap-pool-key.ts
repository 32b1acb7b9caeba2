import type { PoolKey } from "@mailwright/core";
import type { ImapAccount } from "./imap-account.js";

/**
 * A pool key that also carries how to open connections of its account, and shows nothing of it. Clients of
 * one account share its connections in a shared pool.
 */
export class ImapPoolKey implements PoolKey {
  readonly id: string;
  readonly host: string;
  readonly label: string;
  readonly #account: ImapAccount;

  constructor(account: ImapAccount) {
    const { id, host, label } = account.key;
    this.id = id;
    this.host = host;
    this.label = label;
    this.#account = account;
  }

  get account(): ImapAccount {
    return this.#account;
  }
}
