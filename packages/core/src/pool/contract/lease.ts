/**
 * A connection on loan; nobody else has it. Return it with {@link release} or `await using`; whatever
 * happened on it, returning it is right: the pool closes what it should not keep.
 */
export interface Lease<C> extends AsyncDisposable {
  readonly connection: C;
  /** Such as `"imap.example.com:user@example.com#3"`. */
  readonly connectionId: string;
  /** Lent before; a connection just opened is `false`. */
  readonly isReused: boolean;
  /** Says that the connection must not be lent again; the return closes it. */
  markBroken(): void;
  /** Gives the connection back; a second call does nothing. */
  release(): Promise<void>;
}

/** How a caller waits for a connection. */
export interface AcquireOptions<C> {
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the pool's `acquireTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Picks an idle connection with wanted state (the mailbox already selected), when there is one. */
  readonly prefer?: ((connection: C) => boolean) | undefined;
}
