import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { scriptOf } from "./plain-client.js";

/** What went through one socket of a client, as the socket saw it. */
interface RecordedLine {
  readonly sent: Buffer[];
  readonly heard: Buffer[];
}

/** For `server.connect`: sockets that keep a record. */
export function recordedLines(): {
  readonly connect: (target: { readonly host: string; readonly port: number }) => Promise<Socket>;
  /** Messages whose end was written and whose answer has not come: nobody at this end could know their fate. */
  readonly doubts: () => number;
} {
  const lines: RecordedLine[] = [];
  return {
    connect: async ({ host, port }) => {
      const socket = connect({ host, port, noDelay: true });
      const line: RecordedLine = { sent: [], heard: [] };
      lines.push(line);
      const write = socket._write.bind(socket);
      socket._write = (chunk: Buffer, encoding, done) => {
        line.sent.push(Buffer.from(chunk));
        write(chunk, encoding, done);
      };
      Reflect.set(socket, "_writev", null);
      const push = socket.push.bind(socket);
      socket.push = (chunk: unknown, encoding) => {
        if (chunk instanceof Uint8Array) line.heard.push(Buffer.from(chunk));
        return push(chunk, encoding);
      };
      await once(socket, "connect");
      return socket;
    },
    doubts: () => lines.map(doubtsOf).reduce((sum, doubts) => sum + doubts, 0),
  };
}

function doubtsOf({ sent, heard }: RecordedLine): number {
  const said = Buffer.concat(sent);
  if (said.length === 0) return 0;
  const heardReplies =
    Buffer.concat(heard)
      .toString("latin1")
      .match(/^\d{3}(?: .*)?\r\n/gm)?.length ?? 0;
  // The greeting and the answer to EHLO.
  let due = 2;
  let doubts = 0;
  for (const steps of scriptOf(said, 1).messages) {
    for (const step of steps) due += step.replies;
    if (heardReplies < due) doubts += 1;
  }
  return doubts;
}
