/** Names the connections that are interchangeable: one account on one server. Holds no secret. */
export interface PoolKey {
  /** Equal ids share connections. */
  readonly id: string;
  /** Failed dials are backed off per host, whatever the account. */
  readonly host: string;
  /** Begins the ids of its connections, as shown in logs and errors: `imap.example.com:user@example.com`. */
  readonly label: string;
}
