/**
 * Counts the replies of a server as they come in, before nodemailer works through them. A reply that is in
 * before the command that it seems to answer has left is an answer to something else.
 */
export class ReplyMeter {
  #complete = 0;
  #heard = 0;
  /** Of the line that has not ended yet; what comes after the code does not matter. */
  #lineStart = "";
  #isWithinReply = false;

  /** Whether more has come in than was heard, half a reply included. */
  get isAhead(): boolean {
    return this.#complete > this.#heard || this.#isWithinReply || this.#lineStart.trim() !== "";
  }

  /** Bytes came in. */
  feed(bytes: Buffer): void {
    const lines = (this.#lineStart + bytes.toString("latin1")).split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      // nodemailer skips empty lines between replies.
      if (!this.#isWithinReply && line.trim() === "") continue;
      this.#isWithinReply = /^\d+-/.test(line);
      if (!this.#isWithinReply) this.#complete += 1;
    }
    this.#lineStart = rest.trimStart().slice(0, 16);
  }

  /** A complete reply was heard; one that came in before the metering does not count. */
  heard(): void {
    if (this.#heard < this.#complete) this.#heard += 1;
  }
}
