import type { AskedCapabilities } from "./asked-capabilities.js";
import type { LoginOffer } from "./login-offer.js";
import type { Pop3Account } from "./pop3-account.js";
import type { Pop3Wire } from "./pop3-wire.js";

/** One logged-in connection: what the pool lends. It serves one session and is gone after its `QUIT`. */
export interface Pop3Connection {
  readonly wire: Pop3Wire;
  readonly account: Pop3Account;
  /** As asked before login and again after it. */
  readonly capabilities: AskedCapabilities;
  /** What was offered before login, to be kept once a session has ended well. */
  readonly offer: LoginOffer;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** Milliseconds that `connect`, `tls`, `greeting`, `auth` and `total` took. */
  readonly latencyMs: Readonly<Record<string, number>>;
}
