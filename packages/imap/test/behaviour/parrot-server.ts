import { createServer, type Socket } from "node:net";

/** A server that says the same thing before it completes each command after the login. */
export interface ParrotServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts it; `{tag}` in the saying stands for the tag of the command. */
export async function parrotServer(saying: Uint8Array | string, capabilities: string): Promise<ParrotServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.write(`* OK [CAPABILITY ${capabilities}] ready\r\n`);
    let pending = "";
    socket.on("data", (chunk) => {
      pending += chunk.toString("latin1");
      for (let end = pending.indexOf("\r\n"); end >= 0; end = pending.indexOf("\r\n")) {
        answer(socket, pending.slice(0, end));
        pending = pending.slice(end + 2);
      }
    });
  });
  const answer = (socket: Socket, line: string): void => {
    const [, tag, command = ""] = /^(\S+) ((?:UID )?\S+)/.exec(line) ?? [];
    if (tag === undefined) return;
    if (command === "CAPABILITY") socket.write(`* CAPABILITY ${capabilities}\r\n`);
    else if (command === "SELECT" || command === "EXAMINE")
      socket.write("* 5 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 6] ok\r\n");
    else if (command === "UID SEARCH") socket.write("* SEARCH 1 2 3\r\n");
    if (command !== "LOGIN" && command !== "CAPABILITY") socket.write(saying);
    socket.write(`${tag} OK done\r\n`);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
