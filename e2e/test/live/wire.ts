import { connect } from "node:net";

/** Sends each line after the reply to the one before and resolves with everything received until the server closes. */
export function converse(port: number, lines: readonly string[], isReplyEnd: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const queue = [...lines];
    let received = "";
    let seen = 0;
    socket.setTimeout(10_000, () => socket.destroy(new Error(`No answer; so far: ${received}`)));
    socket.on("data", (chunk) => {
      received += chunk.toString("utf8");
      if (!isReplyEnd.test(received.slice(seen))) return;
      seen = received.length;
      const line = queue.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
  });
}

/** The last line of an SMTP reply (RFC 5321 §4.2). */
export const SMTP_REPLY_END: RegExp = /^\d{3} .*\r\n$/m;

/** The greeting, a continuation or a tagged reply of IMAP (RFC 9051 §7). */
export const IMAP_REPLY_END: RegExp = /^(\* OK|\+|t\d* (OK|NO|BAD)) .*\r\n$/m;
