import type { ImapSession, ImapState } from "../session/imap-session.js";

/** Octets that went over a client's connections. */
export interface ImapTraffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** What one client's connections are doing, who wants to hear of it, and what they have carried. */
export class ClientState {
  readonly #sessions = new Set<ImapSession>();
  readonly #endedTraffic = { sent: 0, received: 0 };
  // Made when it is needed: of many clients, few have listeners.
  #listeners: Set<(state: ImapState) => void> | undefined;
  #acquiring = 0;
  #hasFailed = false;
  #last: ImapState = "disconnected";

  /** The most advanced state of any connection, or `"error"` when the last try to get one failed. */
  get current(): ImapState {
    const states = new Set([...this.#sessions].map((session) => session.state));
    for (const state of ["idle", "selected", "authenticated"] as const) if (states.has(state)) return state;
    if (this.#acquiring > 0) return "connecting";
    return this.#hasFailed ? "error" : "disconnected";
  }

  /** Octets on the wire since the start, TLS apart. */
  get traffic(): ImapTraffic {
    const sum = { ...this.#endedTraffic };
    for (const session of this.#sessions) add(sum, session.wire.traffic);
    return { sentBytes: sum.sent, receivedBytes: sum.received };
  }

  /** Calls back on every change; the answer ends that. */
  onChange(listener: (state: ImapState) => void): () => void {
    this.#listeners ??= new Set();
    const listeners = this.#listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** A connection is being waited for; the answer, which may come more than once, ends that. */
  acquiring(): () => void {
    this.#acquiring += 1;
    this.#changed();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#acquiring -= 1;
    };
  }

  /** A session was lent: it is counted from now until its end. */
  acquired(session: ImapSession): void {
    this.#hasFailed = false;
    if (this.#sessions.has(session)) return;
    this.#sessions.add(session);
    session.events.onState(() => this.#changed());
    session.onClosed(() => {
      if (this.#sessions.delete(session)) add(this.#endedTraffic, session.wire.traffic);
      this.#changed();
    });
    this.#changed();
  }

  /** No connection could be had. */
  failed(): void {
    this.#hasFailed = true;
  }

  /** A call, or the client itself, is over. */
  settled(): void {
    this.#changed();
  }

  /** The client has closed: what failed before does not matter any more. */
  closed(): void {
    this.#hasFailed = false;
    this.#changed();
  }

  #changed(): void {
    const { current } = this;
    if (current === this.#last) return;
    this.#last = current;
    for (const listener of this.#listeners ?? []) listener(current);
  }
}

function add(sum: { sent: number; received: number }, more: { sent: number; received: number }): void {
  sum.sent += more.sent;
  sum.received += more.received;
}
