import { type OptionNames, requireKnownOptions } from "../options/known-options.js";
import { type AccountOptions, accountOptionNames, MailAccount } from "./mail-account.js";
import { MailStoreError } from "./mail-store-error.js";
import { nextUidValidity } from "./uid-validity.js";

/** What of an account can change while servers run. */
export type AccountChanges = Partial<
  Pick<MailAccount, "password" | "address" | "accessToken" | "quotaBytes">
>;

const CHANGEABLE: OptionNames<AccountChanges> = {
  password: true,
  address: true,
  accessToken: true,
  quotaBytes: true,
};

/** All accounts by name and by address. A trap makes those that are asked for and not there. */
export class Accounts {
  readonly isTrap: boolean;
  readonly #byUser = new Map<string, MailAccount>();
  readonly #byAddress = new Map<string, MailAccount>();
  readonly #onAdded: (account: MailAccount) => void;

  /** `onAdded` is told of every account before anything is delivered to it. */
  constructor(isTrap: boolean, onAdded: (account: MailAccount) => void) {
    this.isTrap = isTrap;
    this.#onAdded = onAdded;
  }

  add(options: AccountOptions): MailAccount {
    requireKnownOptions(options, accountOptionNames, "An account");
    if (this.#byUser.has(options.user)) {
      throw new MailStoreError("account-exists", `There is an account ${options.user} already`);
    }
    const account = new MailAccount(options, nextUidValidity);
    this.#byUser.set(account.user, account);
    this.#index(account);
    this.#onAdded(account);
    return account;
  }

  all(): MailAccount[] {
    return [...this.#byUser.values()];
  }

  /** Throws `no-account` when there is none, in a trap too. */
  require(user: string): MailAccount {
    const account = this.#byUser.get(user) ?? (this.isTrap ? this.#at(user) : undefined);
    if (!account) throw new MailStoreError("no-account", `No account ${user}`);
    return account;
  }

  /** The account that logs in by this name. */
  find(user: string): MailAccount | undefined {
    if (!this.isTrap || user === "") return this.#byUser.get(user);
    return this.#byUser.get(user) ?? this.#at(user) ?? this.add({ user, password: "" });
  }

  /** The account that mail for this address goes to, whatever its case; in a trap `ada+tag@…` is `ada@…`. */
  findAddress(address: string): MailAccount | undefined {
    const exact = this.#byAddress.get(address.toLowerCase());
    if (exact !== undefined || !this.isTrap || address === "") return exact;
    const plain = address.toLowerCase().replace(/^([^+@]+)\+[^@]*(?=@|$)/, "$1");
    return this.#at(plain) ?? this.find(plain);
  }

  update(user: string, changes: AccountChanges): MailAccount {
    const account = this.require(user);
    requireKnownOptions(changes, CHANGEABLE, "updateAccount");
    this.#byAddress.delete(account.address.toLowerCase());
    Object.assign(account, changes);
    for (const each of this.all()) this.#index(each);
    return account;
  }

  remove(user: string): void {
    const account = this.require(user);
    this.#byUser.delete(account.user);
    this.#byAddress.delete(account.address.toLowerCase());
    for (const each of this.all()) this.#index(each);
  }

  clear(): void {
    this.#byUser.clear();
    this.#byAddress.clear();
  }

  #at(address: string): MailAccount | undefined {
    return this.#byAddress.get(address.toLowerCase());
  }

  /** Of two accounts with one address the first gets its mail. */
  #index(account: MailAccount): void {
    const key = account.address.toLowerCase();
    if (!this.#byAddress.has(key)) this.#byAddress.set(key, account);
  }
}
