import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A made-up server that runs. */
export interface LineServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts a server on this machine that greets and hands every line over, without its end and one character per byte. Of
 * one connection, the next line waits until the answer to the last is done.
 */
export async function startLineServer(
  greeting: string,
  answer: (line: string, socket: Socket) => unknown,
): Promise<LineServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => {}).once("close", () => sockets.delete(socket)));
    socket.write(`${greeting}\r\n`);
    let pending = "";
    let last: Promise<unknown> = Promise.resolve();
    socket.on("data", (chunk) => {
      const lines = (pending + chunk.toString("latin1")).split("\r\n");
      pending = lines.pop() ?? "";
      for (const line of lines) last = last.then(() => answer(line, socket)).catch(() => socket.destroy());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
