import { fork } from "node:child_process";
import diagnosticsChannel from "node:diagnostics_channel";
import dns from "node:dns/promises";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const DEAF = "127.0.0.2";
const HOST = "two-addresses.test";
const ports = { imap: 0, pop3: 0, smtp: 0 };
const { lookup } = dns;
const fillers: Socket[] = [];
const stops: (() => unknown)[] = [];
let mail: Awaited<ReturnType<typeof startMailServers>>;

/** Every address that somebody in this process tried. */
const dialed: { port: number; address: string; isConnected: boolean }[] = [];
const onSocket = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.once("connectionAttempt", (address: string, port: number) => {
    const dial = { port, address, isConnected: false };
    dialed.push(dial);
    socket.once("connect", () => {
      dial.isConnected = true;
    });
  });
};

/** Listens and never accepts: once its queue is full, whoever connects hears nothing at all. */
const DEAF_SERVER = `
  const { createServer } = require("node:net");
  const ports = process.argv.slice(2).map(Number);
  let listening = 0;
  for (const port of ports) createServer().listen({ port, host: "${DEAF}", backlog: 1 }, () => {
    if (++listening < ports.length) return;
    process.send("deaf", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;

const credentials = { user: "ada", password: "pw" };
const retry = { attempts: 1 };
const server = (port: number): { host: string; port: number; security: "none"; allowInsecureAuth: true } => ({
  host: HOST,
  port,
  security: "none",
  allowInsecureAuth: true,
});

// Only Linux has all of 127.0.0.0/8 without being asked.
describe.skipIf(process.platform !== "linux")("a host with an address that answers nothing", () => {
  beforeAll(async () => {
    mail = await startMailServers({ accounts: [{ user: "ada", password: "pw", messages: [] }] });
    stops.push(() => mail.stop());
    for (const name of ["imap", "pop3", "smtp"] as const) ports[name] = mail[name].port;
    const folder = await mkdtemp(join(tmpdir(), "mailwright-deaf-"));
    stops.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "deaf.cjs"), DEAF_SERVER);
    const child = fork(join(folder, "deaf.cjs"), Object.values(ports).map(String));
    stops.push(() => child.kill("SIGKILL"));
    await once(child, "message");
    // A queue of one holds two on Linux; whoever comes then is not answered.
    for (const port of [...Object.values(ports), ...Object.values(ports)]) {
      const filler = connect({ port, host: DEAF });
      fillers.push(filler);
      await once(filler, "connect");
    }
    diagnosticsChannel.subscribe("net.client.socket", onSocket);
    stops.push(() => diagnosticsChannel.unsubscribe("net.client.socket", onSocket));
    Object.assign(dns, {
      lookup: async () => [DEAF, "127.0.0.1"].map((address) => ({ address, family: 4 })),
    });
    syncBuiltinESMExports();
  });

  afterAll(async () => {
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
    for (const socket of fillers) socket.destroy();
    for (const stop of stops.reverse()) await stop();
  });

  test("is reached by its next address in any protocol", {
    timeout: 120_000,
  }, async () => {
    await using imap = new ImapClient({ server: server(ports.imap), credentials, retry });
    await using smtp = new SmtpClient({ server: server(ports.smtp), credentials, retry });
    await using pop3 = new Pop3Client({ server: server(ports.pop3), credentials, retry });
    const [folders, report, count] = await Promise.all([
      imap.listFolders(),
      smtp.testConnection(),
      pop3.session(async (box) => (await box.stat()).count),
    ]);
    expect(folders.some(({ role }) => role === "inbox")).toBe(true);
    expect(report).toMatchObject({ ok: true });
    expect(count).toBe(0);
    for (const port of Object.values(ports)) {
      // Each address had its turn, once.
      expect(dialed.filter((each) => each.port === port)).toEqual([
        { port, address: DEAF, isConnected: false },
        { port, address: "127.0.0.1", isConnected: true },
      ]);
    }
  });
});
