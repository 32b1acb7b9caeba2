import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { freePort } from "@mailwright/suite";
import { afterEach, expect, test } from "vitest";
import { type OpenSocketOptions, openSocket, startTls } from "../../src/server/open-socket.js";

const opened: (Server | Socket)[] = [];

afterEach(() => {
  for (const one of opened.splice(0)) "close" in one ? one.close() : one.destroy();
});

/** A server in clear, and what its first connection is told. */
async function listen(greet: (socket: Socket) => void): Promise<OpenSocketOptions> {
  const server = createServer((socket) => {
    opened.push(socket.on("error", () => {}));
    greet(socket);
  }).listen(0, "127.0.0.1");
  opened.push(server);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const tls = { rejectUnauthorized: false };
  const { signal } = new AbortController();
  return { server: { host: "mail.example", port, tls }, protocol: "imap", connectionId: "c#1", signal };
}

test("a socket comes connected, and an error that nobody waits for is heard", async () => {
  const socket = await openSocket("127.0.0.1", await listen(() => {}));
  opened.push(socket);
  expect(socket.readyState).toBe("open");
  expect(socket.listenerCount("error")).toBe(1);
  for (const event of ["connect", "close"]) expect(socket.listenerCount(event)).toBe(0);
});

test("a port where nothing listens fails in phase connect", async () => {
  const { server, ...others } = await listen(() => {});
  const options = { ...others, server: { ...server, port: await freePort() } };
  const refused = { code: "connection", phase: "connect", connectionId: "c#1", retryable: true };
  await expect(openSocket("127.0.0.1", options)).rejects.toMatchObject(refused);
});

test.each([
  ["speaks in clear", (socket: Socket) => socket.end("* OK ready\r\n"), "tls"],
  ["hangs up", (socket: Socket) => socket.destroy(), "connection"],
])(
  "a server that %s fails in the phase of the handshake, with no socket left",
  async (_what, greet, code) => {
    for (const phase of ["tls", "starttls"] as const) {
      const options = await listen((socket) => socket.once("data", () => greet(socket)));
      const plain = await openSocket("127.0.0.1", options);
      await expect(startTls(plain, phase, options)).rejects.toMatchObject({ code, phase, protocol: "imap" });
      if (!plain.closed) await once(plain, "close");
      expect(plain.destroyed).toBe(true);
    }
  },
);

test("an abort during the handshake ends it at once, with no socket left", async () => {
  const controller = new AbortController();
  const options = await listen((socket) => socket.once("data", () => controller.abort()));
  const plain = await openSocket("127.0.0.1", options);
  const aborted = startTls(plain, "tls", { ...options, signal: controller.signal });
  await expect(aborted).rejects.toMatchObject({ code: "aborted", phase: "tls" });
  if (!plain.closed) await once(plain, "close");
  expect(plain.destroyed).toBe(true);
});

test("a signal that has fired already opens nothing", async () => {
  const options = { ...(await listen(() => {})), signal: AbortSignal.abort() };
  await expect(openSocket("127.0.0.1", options)).rejects.toMatchObject({ code: "aborted", phase: "connect" });
});
