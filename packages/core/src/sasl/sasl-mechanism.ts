/** The SASL mechanisms that are spoken here, as registered with IANA (OAuth's XOAUTH2 is Google's and Microsoft's). */
export type SaslMechanismName =
  | "SCRAM-SHA-256-PLUS"
  | "SCRAM-SHA-1-PLUS"
  | "SCRAM-SHA-256"
  | "SCRAM-SHA-1"
  | "PLAIN"
  | "LOGIN"
  | "CRAM-MD5"
  | "OAUTHBEARER"
  | "XOAUTH2";

/** The client's side of one SASL exchange (RFC 4422); used once. Pure: bytes in, bytes out. */
export interface SaslMechanism {
  readonly name: SaslMechanismName;
  /** What the client says first; `undefined` when the server begins. */
  readonly initialResponse?: Buffer | undefined;
  /** Answers a challenge. Throws {@link SaslError} when the exchange must be given up. */
  respond(challenge: Buffer): Buffer | Promise<Buffer>;
  /** Asked when the server accepts: throws {@link SaslError} unless it has proved what it had to. */
  complete(): void;
}

/** The exchange must be given up and the connection with it: the server may be anyone. Holds no secret. */
export class SaslError extends Error {
  override readonly name = "SaslError";
}
