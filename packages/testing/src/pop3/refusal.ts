/** Ends a POP3 command with `-ERR`; `code` is a response code of RFC 2449 §8 or RFC 3206. */
export class Pop3Refusal extends Error {
  override name = "Pop3Refusal";
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}
