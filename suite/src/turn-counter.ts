import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A line with a long way to the server. */
export interface TurnCounter extends AsyncDisposable {
  readonly port: number;
  /** How often a client has spoken since it last heard something: round trips, whatever each of them takes. */
  readonly turns: number;
}

/** So long a server's words are held back, so that a client that does not wait for them has said what it has to say. */
const DELAY_MS = 10;

/** Starts a proxy in front of a server on this machine that counts round trips. */
export async function countTurns(target: number): Promise<TurnCounter> {
  let turns = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: "127.0.0.1", noDelay: true });
    let hasHeard = true;
    let held: Buffer[] = [];
    const deliver = (): void => {
      hasHeard = true;
      client.write(Buffer.concat(held.splice(0)));
    };
    client.on("data", (chunk) => {
      if (hasHeard) turns += 1;
      hasHeard = false;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (held.length === 0) setTimeout(deliver, DELAY_MS);
      held = [...held, chunk];
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket.on("error", () => {}));
      socket.once("close", () => {
        sockets.delete(socket);
        // What a server says before it hangs up is heard.
        if (other === client && held.length > 0) deliver();
        other.destroySoon();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get turns() {
      return turns;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
