import type { ServerReply } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import { fromRefusal, redactReply, type SmtpErrorContext } from "../smtp-error.js";
import { conclude } from "../transaction/conclude.js";
import { bodyTooLarge, missingExtension, type ServerFeatures } from "./server-capability.js";
import {
  type DeliveryEvents,
  SessionDelivery,
  type SessionOutcome,
  sessionOutcome,
} from "./session-delivery.js";
import { SessionLink } from "./session-link.js";
import type { SmtpAccount } from "./smtp-account.js";
import type { SmtpWire } from "./smtp-wire.js";

/** What a connection says about itself once it is open. */
export interface SessionInfo extends ServerFeatures {
  readonly connectionId: string;
  /** The server's first words. */
  readonly greeting: string;
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined;
  readonly latencyMs: Readonly<Record<string, number>>;
}

/** One connection, logged in. Carries one message at a time, and the envelope of the next behind a chunk. */
export class SmtpSession {
  readonly info: SessionInfo;
  readonly link: SessionLink;
  readonly #wire: SmtpWire;
  readonly #account: SmtpAccount;
  #needsReset = false;

  constructor(wire: SmtpWire, account: SmtpAccount, info: SessionInfo) {
    this.link = new SessionLink(wire);
    this.#wire = wire;
    this.#account = account;
    this.info = info;
  }

  /**
   * Carries one message to the given recipients. Never rejects: what happened is in the outcome. When the
   * signal fires, the connection is destroyed, and the outcome says whether the message's end was out by then.
   */
  async deliver(
    message: RenderedMessage,
    recipients: readonly string[],
    signal: AbortSignal,
    events: DeliveryEvents,
  ): Promise<SessionOutcome> {
    const account = this.#account;
    const { extensions, greeting } = this.info;
    const context = this.#context();
    const unfit = missingExtension(message, this.info, context) ?? bodyTooLarge(message, this.info, context);
    if (unfit !== undefined) {
      const untouched = { addresses: recipients, isLmtp: account.lmtp, rcpt: new Map(), final: [] };
      const { connectionId } = this.info;
      const outcome = conclude({ ...untouched, phase: "mail", context }, unfit);
      return sessionOutcome(outcome, { isStale: false, isChunkRefused: false, connectionId });
    }
    const mayChunk = (): boolean => account.chunking.isUsable(extensions, greeting);
    const carrier = {
      account,
      wire: this.#wire,
      link: this.link,
      extensions,
      context,
      needsReset: this.#needsReset,
      mayChunk,
      // RFC 2920: without PIPELINING each command waits for the answer to the one before.
      mayBeginNext: () => extensions.has("PIPELINING") && account.chunking.answersQuickly && mayChunk(),
    };
    const delivery = new SessionDelivery(message, recipients, carrier, events);
    const outcome = await delivery.carry(signal);
    this.#needsReset = !delivery.isClean;
    return outcome;
  }

  /** Brings the session back to where no transaction is open; also the check before it is lent again. */
  async reset(signal: AbortSignal): Promise<void> {
    try {
      const reply = await this.#wire.ask("RSET", { signal, phase: "mail" });
      if (reply.kind !== 2) throw fromRefusal(redactReply(reply, this.#account.redactor), this.#context());
      this.#needsReset = false;
    } catch (error) {
      // A session that cannot even start afresh is of no use to anybody.
      this.link.destroy();
      throw error;
    }
  }

  /** What the server says about an address (VRFY); for a session that sends no mail. */
  async verify(address: string, signal: AbortSignal): Promise<ServerReply> {
    const reply = await this.#wire.ask(`VRFY ${address}`, { signal, phase: "verify" });
    return redactReply(reply, this.#account.redactor).reply;
  }

  #context(): SmtpErrorContext {
    const { server } = this.#account;
    return { phase: "mail", host: server.host, port: server.port, connectionId: this.info.connectionId };
  }
}
