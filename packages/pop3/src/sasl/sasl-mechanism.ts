/** The client's side of one SASL exchange (RFC 4422); used once. Pure: bytes in, bytes out. */
export interface SaslMechanism {
  readonly name: string;
  /** What the client says first; `undefined` when the server begins. */
  readonly initialResponse?: Buffer | undefined;
  /** Whether the first response may stand on the `AUTH` line (RFC 5034 §4). */
  readonly canBeginAtOnce: boolean;
  /** Answers a challenge. Throws {@link SaslError} when the exchange must be given up. */
  respond(challenge: Buffer): Buffer | Promise<Buffer>;
  /** Asked on `+OK`: throws {@link SaslError} when the server has not proved what it had to. */
  complete(): void;
}

/** The exchange must be given up; holds no secret. */
export class SaslError extends Error {
  override readonly name = "SaslError";
}
