import type { MailProtocol } from "../../errors/mail-error.js";
import type { PoolKey } from "./pool-key.js";

/** How a pool makes, checks and ends connections; the protocol's side of the pool. */
export interface ConnectionFactory<C, K extends PoolKey = PoolKey> {
  /** Whose connections they are, in diagnostics. @defaultValue "core" */
  readonly protocol?: MailProtocol | undefined;
  /** Connects and logs in. Must destroy its socket and reject when the signal fires. */
  open(key: K, signal: AbortSignal, connectionId: string): Promise<C>;
  /** A bounded round trip (NOOP, RSET): whether the connection may be lent after a time idle. */
  isUsable(connection: C, signal: AbortSignal): Promise<boolean>;
  /**
   * Ends the connection, politely if that is quick, and settles, whatever state it is in: until then it counts under
   * the caps, as it does for the server. The signal fires when the pool is closed and its time is over: destroy the
   * socket then.
   */
  close(connection: C, signal: AbortSignal): Promise<void>;
  /**
   * Asked at once on every return and before every lend: nothing unread, nothing in progress, not
   * broken. @defaultValue always clean
   */
  isClean?(connection: C): boolean;
  /** Tells the pool when the other side ends the connection, so that it leaves the pool right away. */
  onClosed?(connection: C, listener: () => void): void;
  /**
   * Says whether the connection should keep the process alive: an idle one should not
   * (`socket.unref()`), one that is lent should (`socket.ref()`). @defaultValue all do
   */
  holdProcess?(connection: C, isHeld: boolean): void;
}
