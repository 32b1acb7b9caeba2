import { spawnSync } from "node:child_process";
import { startScriptedServer } from "@mailwright/testing";
import type { ImapFlow } from "imapflow";
import { describe, expect, it } from "vitest";
import { FlowTakeOver } from "../../src/connection/take-over.js";
import { ImapClient } from "../../src/index.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

const silent = { debug() {}, info() {}, error() {} };

describe("taking a connection over from ImapFlow", () => {
  it("fails at once where ImapFlow has other insides", () => {
    const stranger = { run() {}, unbind() {}, streamer: {} } as unknown as ImapFlow;
    expect(() => new FlowTakeOver(stranger)).toThrow(
      expect.objectContaining({ code: "unsupported", message: expect.stringContaining("imapflow") }),
    );
  });

  it("loses nothing of a line of which ImapFlow has read the half", async () => {
    const alerts: string[] = [];
    await using server = await startScriptedServer(`
      S-: * OK [CAPABILITY IMAP4rev1] hi\\r\\n* OK [ALERT] Half of
      C~: (?<tag>\\S+) LOGIN .*
      S:  a line
      S: $tag OK welcome
      C~: (?<tag>\\S+) CAPABILITY
      S: * CAPABILITY IMAP4rev1
      S: $tag OK
      IGNORE:
    `);
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: { user: "ada", password: "x-word" },
      logger: { ...silent, warn: (_fields, message) => void alerts.push(message) },
    });
    expect(await imap.testConnection()).toMatchObject({ ok: true });
    expect(alerts).toEqual(["The server alerts: Half of a line"]);
  });

  it("leaves use() an ImapFlow that works, in the place of one of the pool's connections", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one"), plainMessage("two")],
      client: { pool: { maxPerKey: 1 } },
    });
    const { imap } = fixture;
    expect(await collect(imap.messages("INBOX"))).toHaveLength(2);
    const subjects = await imap.use("INBOX", async (flow) => {
      expect(imap.stats()).toMatchObject({ open: 1, leased: 1 });
      // As they are after the login.
      expect(flow.capabilities.has("UIDPLUS")).toBe(true);
      const found: string[] = [];
      for await (const { envelope } of flow.fetch("1:*", { envelope: true }))
        found.push(String(envelope?.subject));
      await flow.messageFlagsAdd("1", ["\\Seen"]);
      return found;
    });
    expect(subjects).toEqual(["one", "two"]);
    expect(await imap.search("INBOX", { seen: true })).toEqual([1]);
    await expect(imap.use("Nowhere", async () => 1)).rejects.toMatchObject({ code: "not-found" });
    await expect(imap.use("INBOX", () => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
    expect(await collect(imap.messages("INBOX"))).toHaveLength(2);
  });

  it("loads ImapFlow with the first connection, not with the package", () => {
    const script = `
      import { createRequire } from "node:module";
      const { cache } = createRequire(import.meta.url);
      await import("./dist/index.js");
      const before = Object.keys(cache).length;
      await import("imapflow");
      console.log(before, Object.keys(cache).length > 0);
    `;
    const cwd = new URL("../../", import.meta.url);
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd });
    expect(child.stdout.toString().trim()).toBe("0 true");
  });
});
