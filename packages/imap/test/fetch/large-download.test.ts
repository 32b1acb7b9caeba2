import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { collectGarbage } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";

const MEBIBYTE = 1024 * 1024;
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const PIECE = Buffer.alloc(65_536, "0123456789abcdef");

/** A server with one message of so many octets, which are in memory once for all of them. */
async function serveLarge(sizeBytes: number): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.write("* OK [CAPABILITY IMAP4rev1] ready\r\n");
    let pending = "";
    socket.on("data", (chunk) => {
      pending += chunk.toString("latin1");
      const lines = pending.split("\r\n");
      pending = lines.pop() ?? "";
      for (const line of lines) void answer(socket, line);
    });
  });
  const answer = async (socket: Socket, line: string): Promise<void> => {
    const [, tag = "", command = ""] = /^(\S+) ((?:UID )?\S+)/.exec(line) ?? [];
    const [, offset = "", length = ""] = /<(\d+)\.(\d+)>/.exec(line) ?? [];
    if (command === "CAPABILITY") socket.write("* CAPABILITY IMAP4rev1\r\n");
    if (command === "EXAMINE")
      socket.write("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n");
    if (command === "UID FETCH" && offset === "")
      socket.write(`* 1 FETCH (UID 1 RFC822.SIZE ${sizeBytes})\r\n`);
    else if (command === "UID FETCH") {
      let left = Math.min(Number(length), sizeBytes - Number(offset));
      socket.write(`* 1 FETCH (UID 1 BODY[]<${offset}> {${left}}\r\n`);
      for (; left > 0; left -= PIECE.length) {
        if (!socket.write(PIECE.subarray(0, left))) await once(socket, "drain").catch(() => {});
      }
      socket.write(")\r\n");
    }
    socket.write(`${tag} OK done\r\n`);
  };
  server.listen(0, "127.0.0.1");
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

it("takes no more memory for a message of 200 MB than for what is on its way", async () => {
  const sizeBytes = (isLong ? 200 : 48) * MEBIBYTE;
  await using server = await serveLarge(sizeBytes);
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
  });
  const used = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  collectGarbage();
  const before = used();
  const { content } = await imap.downloadMessage("INBOX", 1);
  let [came, peak, next] = [0, 0, 0];
  for await (const chunk of content) {
    came += Buffer.byteLength(chunk);
    if (came < next) continue;
    next += 4 * MEBIBYTE;
    collectGarbage();
    peak = Math.max(peak, used() - before);
  }
  expect(came).toBe(sizeBytes);
  console.info(`${came / MEBIBYTE} MiB downloaded, at most ${(peak / MEBIBYTE).toFixed(1)} MiB held`);
  expect(peak).toBeLessThan(20 * MEBIBYTE);
});

it("goes on behind what has come when the connection breaks in the middle of a window", async () => {
  const text = Array.from({ length: 80_000 }, (_, n) => `line ${n}\r\n`).join("");
  const source = `Subject: long\r\n\r\n${text}`;
  await using fixture = await imapFixture({ messages: [source] });
  await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: fixture.mail.imap.port } });
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: proxy.port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
  });
  const { content } = await imap.downloadMessage("INBOX", 1);
  await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 400_000, with: "rst" } });
  const chunks: Buffer[] = [];
  for await (const chunk of content) {
    if (chunks.push(Buffer.from(chunk)) === 1)
      await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 500_000, with: "rst" } });
  }
  expect(Buffer.concat(chunks).toString("latin1")).toBe(source);
  expect(proxy.accepted).toBeGreaterThan(1);
});
