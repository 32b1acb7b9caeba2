import { Readable } from "node:stream";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { fromRefusal } from "../pop3-error.js";
import { createCommand } from "../wire/pop3-command.js";

/**
 * One message as a stream: the server is read as fast as the caller reads. A refusal or a broken connection
 * destroys the stream with the `MailError`; a stream that ends has the whole message. Destroying it early
 * lets the rest pass by unread. `settled` is called once, when the answer is complete or given up.
 */
export function openMessageStream(connection: Pop3Connection, number: number, settled: () => void): Readable {
  const { wire, account } = connection;
  let isOver = false;
  const stream = new Readable({
    read: () => wire.resume(),
    destroy: (error, done) => {
      isOver = true;
      wire.resume();
      settled();
      done(error);
    },
  });
  // A stream that nobody listens to yet must not end the process; whoever reads it later learns of the error.
  stream.on("error", () => {});
  wire.request({
    command: createCommand("RETR", [number], { isMultiline: true }),
    limitMs: account.timeouts.messageMs,
    body: (content) => {
      if (!isOver && !stream.push(content)) wire.pause();
    },
    done: (status) => {
      if (isOver) return;
      if (status.kind === "error") stream.destroy(fromRefusal(status, wire.context("retr")));
      else stream.push(null);
      settled();
    },
    failed: (error) => {
      if (!isOver) stream.destroy(error);
    },
  });
  return stream;
}
