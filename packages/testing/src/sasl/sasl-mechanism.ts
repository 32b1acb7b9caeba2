import type { MailAccount } from "../store/mail-account.js";
import type { MailStore } from "../store/mail-store.js";

/** One run of a mechanism, as the server sees it. */
export interface SaslContext {
  readonly store: MailStore;
  /** The client's initial response (SASL-IR), decoded. */
  readonly initial: Buffer | undefined;
  /** Sends a challenge and gives the client's answer, both without base64. Rejects when the client cancels. */
  exchange(challenge: string): Promise<Buffer>;
  /** Channel binding data by type, e.g. `tls-exporter` (RFC 9266); empty without TLS. */
  readonly channelBindings: ReadonlyMap<string, Buffer>;
}

/** Resolves to the account, or to `undefined` when the credentials are wrong. */
export type SaslMechanism = (context: SaslContext) => Promise<MailAccount | undefined>;
