import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { collectGarbage } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";

const MEBIBYTE = 1024 * 1024;
const COUNT = process.env["MAILWRIGHT_LONG"] === "1" ? 100_000 : 3_000;

function row(uid: number): string {
  const sender = `(("Ada ${uid}" NIL "ada" "example.test"))`;
  const envelope = `("Fri, 20 Nov 2026 10:00:00 +0100" "Subject ${uid}" ${`${sender} `.repeat(4)}NIL NIL NIL "<${uid}@example.test>")`;
  const structure = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 500 10)';
  return `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen) INTERNALDATE "20-Nov-2026 10:00:00 +0100" RFC822.SIZE 900 ENVELOPE ${envelope} BODYSTRUCTURE ${structure} BODY[HEADER.FIELDS (REFERENCES)] {2}\r\n\r\n)\r\n`;
}

/** A server with many messages, which it makes up as they are asked for. */
async function serveMany(count: number): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.write("* OK [CAPABILITY IMAP4rev1 ESEARCH] ready\r\n");
    let pending = "";
    socket.on("data", (chunk) => {
      const lines = (pending + chunk.toString("latin1")).split("\r\n");
      pending = lines.pop() ?? "";
      for (const line of lines) socket.write(answer(line));
    });
  });
  const answer = (line: string): string => {
    const [, tag = "", command = "", first = "0", last = first] =
      /^(\S+) ((?:UID )?\S+)(?: (\d+)(?::(\d+))?)?/.exec(line) ?? [];
    const done = `${tag} OK done\r\n`;
    if (command === "CAPABILITY") return `* CAPABILITY IMAP4rev1 ESEARCH\r\n${done}`;
    if (command === "EXAMINE")
      return `* ${count} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${count + 1}] ok\r\n${done}`;
    if (command === "UID SEARCH") return `* ESEARCH (TAG "${tag}") UID ALL 1:${count}\r\n${done}`;
    if (command !== "UID FETCH") return done;
    let rows = "";
    for (let uid = Number(first); uid <= Number(last); uid++) rows += row(uid);
    return rows + done;
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

it(`lists ${COUNT} messages in the memory of a few batches`, async () => {
  await using server = await serveMany(COUNT);
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
  });
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  let [read, peak] = [0, 0];
  for await (const { subject } of imap.messages("INBOX")) {
    read += 1;
    expect(subject).toBe(`Subject ${read}`);
    if (read % 1_000 === 0) peak = Math.max(peak, used() - before);
  }
  console.info(`${read} messages listed, at most ${(peak / MEBIBYTE).toFixed(1)} MiB held`);
  expect(read).toBe(COUNT);
  expect(peak).toBeLessThan(24 * MEBIBYTE);
});
