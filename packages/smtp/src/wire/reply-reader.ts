const LF = 0x0a;
const CR = 0x0d;
/** RFC 5321 §4.5.3.1.5 allows 512 octets; real servers write more, none of them this much. */
const MAX_LINE_BYTES = 8 * 1024;
const MAX_REPLY_BYTES = 64 * 1024;
const CONTINUES = /^\d+-/;

/**
 * Puts the bytes of a server together to complete replies (RFC 5321 §4.2.1), however they are cut. Holds one reply
 * at most: one that is larger than any server's is handed out as far as it came, as nonsense, and nothing is read
 * after it.
 */
export class ReplyReader {
  #rest: Buffer = Buffer.alloc(0);
  #lines: string[] = [];
  #replyBytes = 0;
  #isOver = false;

  /** Something of a reply is in, but not all of it. */
  get isWithinReply(): boolean {
    return this.#lines.length > 0 || (this.#rest.length > 0 && this.#rest.toString("latin1").trim() !== "");
  }

  /** The replies that these bytes complete, their lines separated by LF. */
  push(bytes: Buffer): string[] {
    const replies: string[] = [];
    const data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let end = data.indexOf(LF); end >= 0 && !this.#isOver; end = data.indexOf(LF, start)) {
      this.#take(data.subarray(start, data[end - 1] === CR && end > start ? end - 1 : end), replies);
      start = end + 1;
    }
    const left = data.subarray(start);
    if (left.length > MAX_LINE_BYTES && !this.#isOver) this.#giveUp(left, replies);
    this.#rest = this.#isOver ? Buffer.alloc(0) : left;
    return replies;
  }

  #take(line: Buffer, replies: string[]): void {
    const text = decode(line);
    // QUIRK: some servers leave empty lines between replies.
    if (this.#lines.length === 0 && text.trim() === "") return;
    this.#replyBytes += line.length;
    if (line.length > MAX_LINE_BYTES || this.#replyBytes > MAX_REPLY_BYTES)
      return this.#giveUp(line, replies);
    this.#lines.push(text);
    if (CONTINUES.test(text)) return;
    replies.push(this.#lines.join("\n"));
    this.#lines = [];
    this.#replyBytes = 0;
  }

  #giveUp(line: Buffer, replies: string[]): void {
    this.#isOver = true;
    const [first = decode(line.subarray(0, 256))] = this.#lines;
    replies.push(`A reply without end: ${first}`);
    this.#lines = [];
  }
}

/** UTF-8 (RFC 6531 §3.7.4.2), or whatever it was, byte by byte. */
function decode(line: Buffer): string {
  const text = line.toString("utf8");
  return text.includes("\uFFFD") ? line.toString("latin1") : text;
}
