/** Ends a command with a tagged `NO` or `BAD`; everything else that is thrown is a defect of the server. */
export class ImapRefusal extends Error {
  override readonly name = "ImapRefusal";
  readonly status: "NO" | "BAD";
  /** What goes between brackets, such as `TRYCREATE` (RFC 5530, RFC 3501 §7.1). */
  readonly responseCode: string | undefined;

  constructor(status: "NO" | "BAD", text: string, responseCode?: string) {
    super(text);
    this.status = status;
    this.responseCode = responseCode;
  }

  /** The response without its tag. */
  toResponse(isWithoutCode = false): string {
    const code = this.responseCode === undefined || isWithoutCode ? "" : `[${this.responseCode}] `;
    return `${this.status} ${code}${this.message}`;
  }
}
