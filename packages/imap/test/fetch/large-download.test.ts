import { once } from "node:events";
import { collectGarbage, type LineServer } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";
import { imapFixture } from "../support/imap-fixture.js";

const MEBIBYTE = 1024 * 1024;
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const PIECE = Buffer.alloc(65_536, "0123456789abcdef");

/** A server with one message of so many octets, which are in memory once for all of them. */
function serveLarge(sizeBytes: number): Promise<LineServer> {
  return startCommandServer({
    capabilities: "IMAP4rev1",
    exists: 1,
    answers: {
      "UID FETCH": async ({ line, socket }) => {
        const [, offset, length] = /<(\d+)\.(\d+)>/.exec(line) ?? [];
        if (offset === undefined) return socket.write(`* 1 FETCH (UID 1 RFC822.SIZE ${sizeBytes})\r\n`);
        let left = Math.min(Number(length), sizeBytes - Number(offset));
        socket.write(`* 1 FETCH (UID 1 BODY[]<${offset}> {${left}}\r\n`);
        for (; left > 0; left -= PIECE.length) {
          if (!socket.write(PIECE.subarray(0, left))) await once(socket, "drain").catch(() => {});
        }
        return socket.write(")\r\n");
      },
    },
  });
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
