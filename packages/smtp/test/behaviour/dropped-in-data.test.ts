import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { until } from "@mailwright/suite";
import { expect, test } from "vitest";
import { testClient } from "../support/test-client.js";

interface DeafServer extends AsyncDisposable {
  readonly port: number;
  /** Before it went deaf. */
  readonly heardBytes: number;
  reset(): void;
}

/** A server that reads nothing any more once it has asked for the message. */
async function deafServer(): Promise<DeafServer> {
  const sockets = new Set<Socket>();
  let heardBytes = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).write("220 deaf\r\n");
    socket.on("data", (chunk) => {
      heardBytes += chunk.length;
      const isData = chunk.toString().startsWith("DATA");
      if (isData) socket.pause();
      socket.write(isData ? "354 go\r\n" : "250 ok\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get heardBytes() {
      return heardBytes;
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

test.each([
  ["whose dot the system took is unknown, though no server read it", 20_000, "unknown"],
  ["that is more than the system takes is not-sent", 32 * 1024 * 1024, "not-sent"],
] as const)("when a connection drops in DATA, a message %s", async (_what, bytes, status) => {
  await using server = await deafServer();
  let socket: Socket | undefined;
  await using smtp = testClient(server.port, {
    server: {
      host: "127.0.0.1",
      port: server.port,
      security: "none",
      connect: async ({ host, port }) => {
        socket = connect({ host, port, noDelay: true });
        await once(socket, "connect");
        return socket;
      },
    },
  });
  const raw = Buffer.from(
    `Message-ID: <1@example.org>\r\n\r\n${"a line of the body\r\n".repeat(bytes / 20)}`,
  );
  const sending = smtp.send({ from: "ada@example.org", to: ["bob@example.org"], raw });
  const hasLeft = (): boolean =>
    socket?.writableLength === 0 && socket.bytesWritten === server.heardBytes + raw.length + ".\r\n".length;
  await until(() => (status === "unknown" ? hasLeft() : socket?.writableNeedDrain === true));
  server.reset();
  expect(await sending).toMatchObject({ status });
});
