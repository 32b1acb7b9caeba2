import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Pop3Peer } from "./peers.js";

/** Commands that are written at once, and how many ends of what kind their answers have. */
interface Flight {
  readonly commands: string;
  readonly end: string;
  readonly ends: number;
}

const LINE = "\r\n";
const DOT = "\r\n.\r\n";

/**
 * The least that anybody could do: all commands at once, bytes counted, ends found, nothing decoded or kept. It knows
 * beforehand what a client has to ask for: that the server takes commands in advance, and how many messages there are.
 */
export const rawSocket: Pop3Peer = ({ port, user, password, count }) =>
  fetchAll(port, [{ commands: `USER ${user}\r\nPASS ${password}\r\n`, end: LINE, ends: 2 }], count);

/** The same with the commands of a client that knows neither the server nor the mailbox. */
export const rawSameCommands: Pop3Peer = ({ port, user, password, count }) => {
  const login = Buffer.from(`\0${user}\0${password}`).toString("base64");
  const flights = [
    { commands: "CAPA\r\n", end: DOT, ends: 1 },
    { commands: `AUTH PLAIN ${login}\r\n`, end: LINE, ends: 1 },
    { commands: "CAPA\r\nSTAT\r\nLIST\r\nUIDL\r\n", end: DOT, ends: 3 },
  ];
  return fetchAll(port, flights, count);
};

async function fetchAll(port: number, flights: readonly Flight[], count: number): Promise<undefined> {
  const socket = connect(port, "127.0.0.1");
  const closed = once(socket, "close");
  await answered(socket, LINE, 1);
  for (const { commands, end, ends } of flights) {
    socket.write(commands);
    await answered(socket, end, ends);
  }
  socket.write(Array.from({ length: count }, (_, index) => `RETR ${index + 1}\r\n`).join(""));
  await answered(socket, DOT, count);
  socket.end("QUIT\r\n");
  socket.resume();
  await closed;
  return undefined;
}

/** Waits until so many ends have come, wherever the segments cut them. */
async function answered(socket: Socket, end: string, ends: number): Promise<void> {
  const mark = Buffer.from(end);
  const kept = mark.length - 1;
  let tail = Buffer.alloc(0);
  let found = 0;
  await new Promise<void>((resolve) => {
    const onData = (chunk: Buffer): void => {
      const joint = Buffer.concat([tail, chunk.subarray(0, kept)]);
      if (joint.indexOf(mark) >= 0) found++;
      for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + mark.length)) found++;
      tail = Buffer.from(chunk.length < kept ? joint.subarray(-kept) : chunk.subarray(-kept));
      if (found < ends) return;
      socket.off("data", onData);
      resolve();
    };
    socket.on("data", onData);
  });
}
