import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { startMailServers } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";

/** Passes so many connections on, and closes those above without a word (Courier's MAXPERIP). */
async function doorman(
  target: number,
  most: number,
): Promise<AsyncDisposable & { port: number; turnedAway: number }> {
  const inside = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (inside.size >= most) {
      door.turnedAway += 1;
      socket.end();
      return;
    }
    inside.add(socket);
    const onward = connect(target, "127.0.0.1").on("error", () => {});
    socket.pipe(onward).pipe(socket);
    socket.on("close", () => {
      inside.delete(socket);
      onward.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const door = {
    port: typeof address === "object" && address !== null ? address.port : 0,
    turnedAway: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of inside) socket.destroy();
      server.close();
    },
  };
  return door;
}

describe("a server that closes connections above its limit without a word", () => {
  it("serves all callers in turn over those that it takes, and is not asked for more again and again", async () => {
    const account = { user: "ada", password: "x-word", messages: ["Subject: one\r\n\r\nHello.\r\n"] };
    await using mail = await startMailServers({ accounts: [account] });
    await using door = await doorman(mail.imap.port, 2);
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: door.port, security: "none" },
      credentials: account,
      pool: { maxPerKey: 5 },
      retry: { attempts: 1 },
    });
    await imap.search("INBOX", {});
    for (let round = 0; round < 10; round++) {
      const found = await Promise.all(Array.from({ length: 20 }, () => imap.search("INBOX", {})));
      expect(found).toEqual(Array.from({ length: 20 }, () => [1]));
    }
    // Once for each connection that was hoped for, and not in each round anew.
    expect(door.turnedAway).toBeGreaterThan(0);
    expect(door.turnedAway).toBeLessThan(5);
    expect(imap.stats()).toMatchObject({ open: 2 });
  });

  it("is not there where none works: that is an error", async () => {
    await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x-word" }] });
    await using door = await doorman(mail.imap.port, 0);
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: door.port, security: "none" },
      credentials: { user: "ada", password: "x-word" },
      retry: { attempts: 1 },
    });
    await expect(imap.search("INBOX", {})).rejects.toMatchObject({ code: "connection", phase: "greeting" });
  });
});
