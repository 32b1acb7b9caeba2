import type { MailEnvironment } from "../mail/mail-environment.js";
import type { WebClients } from "../mail/web-clients.js";
import type { Scope } from "../store/api-keys.js";
import type { Tenant } from "../store/tenant.js";
import type { User } from "../store/users.js";
import type { MailFigures } from "./figures/mail-figures.js";
import type { RateCounters } from "./rate-counters.js";

/** What the routes are made with. */
export interface Services {
  readonly environment: MailEnvironment;
  readonly clients: WebClients;
  /** Asks whoever holds an account for a pass now. */
  readonly nudge: (accountId: string) => void;
  /** What `/setup` must be called with, until somebody has been. */
  readonly setupToken: string;
  /** A link that logs somebody in without a password: of the sample mail only, where nothing is secret. */
  readonly entry?: { readonly token: string; readonly email: string } | undefined;
  /** What a guess at a new person's password costs, as a power of two; `store/password.ts` says it without. */
  readonly passwordCost?: number | undefined;
  /** Signs the addresses that `/proxy` fetches. */
  readonly proxyKey: Buffer;
  /** Which addresses `/proxy` may fetch images from; public ones without it. */
  readonly allowImageAddress?: ((address: string) => boolean) | undefined;
  /** Where the page lies, as it was built; without it there is the API alone. */
  readonly pageFolder?: string | undefined;
  /** Where people find the page, when that is not this machine. */
  readonly url: URL | undefined;
  /**
   * Whether requests come from who has the data folder anyway, past every login: of the command line only, over a socket
   * that nobody else may open.
   */
  readonly isLocal?: boolean | undefined;
  /** Aborted when the program ends: what streams must end too. */
  readonly stopping: AbortSignal;
  /** What the clients of this process tell, counted. */
  readonly figures?: MailFigures | undefined;
  /** What `/metrics` may be read with from elsewhere; from this machine only without it. */
  readonly metricsToken?: string | undefined;
  /** Called with what no route expected. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Who calls: a person by their session, or a program by its key. */
export type Caller =
  | { readonly kind: "session"; readonly id: string; readonly user: User; readonly csrfHash: Buffer }
  | { readonly kind: "key"; readonly id: string; readonly scopes: readonly Scope[] };

/** What a request carries once it is known whose it is. */
export interface ApiEnv {
  Variables: { tenant: Tenant; caller: Caller; requestId: string; counters: RateCounters };
}
