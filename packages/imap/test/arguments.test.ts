import { startFaultProxy } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../src/index.js";
import { collect, imapFixture } from "./support/imap-fixture.js";
import { plainMessage } from "./support/mime-samples.js";

it("what is asked for wrong is found before there is a connection", async () => {
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: 9, security: "none" },
    credentials: { user: "ada", password: "secret-word" },
  });
  // What TypeScript refuses, and JavaScript passes on.
  const wrong: object = { from: null, body: "whole", sinse: new Date() };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    search: () => imap.search("INBOX", { ...wrong }),
    "search for null": () => imap.search("INBOX", JSON.parse('{ "from": null }')),
    "sort by nothing": () => imap.sort("INBOX", []),
    sort: () => imap.sort("INBOX", JSON.parse('["sender"]')),
    thread: () => imap.thread("INBOX", "nonsense"),
    messages: () => imap.messages("INBOX", { ...wrong }).next(),
    uids: () => imap.messages("INBOX", { uids: [1, 0] }).next(),
    message: () => imap.message("INBOX", 0),
    downloadMessage: () => imap.downloadMessage("INBOX", -1),
    sync: () => imap.sync("INBOX", { ...wrong }).next(),
    syncAll: () => imap.syncAll({ ...wrong }).next(),
    watch: () => imap.watch({ ...wrong }).next(),
    move: () => imap.move("INBOX", [0], "Archive"),
    addFlags: () => imap.addFlags("INBOX", [1], ["with space"]),
    append: () => imap.append("INBOX", "x", { flags: ["with space"] }),
    "append at no time": () => imap.append("INBOX", "x", { receivedAt: new Date("never") }),
    appendAll: () => imap.appendAll("INBOX", [{ message: "x", flags: ["with space"] }]),
    createFolder: () => imap.createFolder(""),
  };
  for (const [name, call] of Object.entries(calls))
    await expect(call(), name).rejects.toMatchObject({ code: "invalid-argument" });
  expect(imap.stats().created).toBe(0);
});

function* once<T>(...values: readonly T[]): Generator<T> {
  yield* values;
}

it("what can be read once only is not empty when a call is tried again", async () => {
  await using fixture = await imapFixture({ messages: ["one", "two", "three"].map((s) => plainMessage(s)) });
  const target = { host: "127.0.0.1", port: fixture.mail.imap.port };
  let retries = 0;
  for (let afterBytes = 0; afterBytes < 2_000; afterBytes += 100) {
    await using proxy = await startFaultProxy({
      target,
      cut: { direction: "toClient", afterBytes, with: "fin" },
    });
    const onRetry = (): void => {
      retries += 1;
      void proxy.setFaults({ cut: undefined });
    };
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
      retry: { backoff: () => 0, onRetry },
    });
    const read = await collect(imap.messages("INBOX", { uids: once(1, 3) }));
    expect(read.map(({ uid }) => uid)).toEqual([1, 3]);
  }
  expect(retries).toBeGreaterThan(5);
});

it("flags from what can be read once only are stored", async () => {
  await using fixture = await imapFixture({});
  const { imap } = fixture;
  await imap.append("INBOX", plainMessage("first"), { flags: once("\\Seen", "$one") });
  await imap.appendAll("INBOX", [{ message: plainMessage("second"), flags: once("\\Seen", "$two") }]);
  const stored = await collect(imap.messages("INBOX", {}));
  expect(stored.map(({ flags }) => [...flags].filter((flag) => flag !== "\\Recent").sort())).toEqual([
    ["$one", "\\Seen"],
    ["$two", "\\Seen"],
  ]);
});
