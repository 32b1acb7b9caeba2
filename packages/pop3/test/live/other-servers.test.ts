import type { SyncCursor } from "@mailwright/core";
import { hasUnpacked, type OtherServer, startCourier, startPopa3d } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import { errorOf } from "../support/pop3-set-up.js";

const TEXTS = [
  "Subject: one\n\nplain\n",
  "Subject: two\n\n.\n..\n.dot\n\xe9\xff\n",
  `Subject: three\n\n${"line\n".repeat(3_000)}`,
];
const UNICODE = "Subject: gr\xc3\xbc\xc3\x9fe\nContent-Type: text/plain; charset=utf-8\n\nK\xc3\xb6rper\n";

function clientOf({ port, user, password }: OtherServer, more: { utf8?: boolean } = {}): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password },
    retry: { attempts: 1 },
    ...more,
  });
}

/** What a mailbox of these servers must do, whichever it is. */
async function exercise(server: OtherServer, texts: readonly string[]): Promise<void> {
  await using pop3 = clientOf(server);
  await pop3.session(async (box) => {
    const fetched: string[] = [];
    for await (const { source } of box.messages()) fetched.push(source.toString("latin1"));
    expect(fetched).toEqual(texts.map((text) => text.replaceAll("\n", "\r\n")));
    expect((await box.top(2, 1)).toString("latin1")).toMatch(/\r\n\r\n\.\r\n$/);
    expect(await errorOf(box.fetchMessage(99))).toMatchObject({ connectionBroken: false });
  });
  const wrong = { ...server, password: "wrong" };
  expect(await errorOf(clientOf(wrong).stat())).toMatchObject({ code: "authentication" });
  let cursor: SyncCursor | undefined;
  const added: unknown[] = [];
  for await (const batch of pop3.sync({ body: "headers" })) {
    for (const event of batch.events) added.push(event.type);
    await batch.acknowledge();
    cursor = batch.cursor;
  }
  expect(added).toEqual(texts.map(() => "added"));
  for await (const { events } of pop3.sync({ cursor })) expect(events).toEqual([]);
  await pop3.deleteMessage(1);
  const removed: unknown[] = [];
  for await (const { events } of pop3.sync({ cursor })) removed.push(...events.map(({ type }) => type));
  expect(removed).toEqual(["removed"]);
  expect(await pop3.stat()).toMatchObject({ count: texts.length - 1 });
}

describe.runIf(hasUnpacked("courier"))("Courier", () => {
  test("lists, fetches, syncs and deletes", async () => {
    await using server = await startCourier({ protocol: "pop3", messages: TEXTS });
    await exercise(server, TEXTS);
  });

  test("gives messages with Unicode as they are stored, because UTF8 is used where it is offered", async () => {
    await using server = await startCourier({ protocol: "pop3", messages: [UNICODE] });
    await using pop3 = clientOf(server);
    expect((await pop3.capabilities()).hasUtf8).toBe(true);
    const { source } = await pop3.fetchMessage(1);
    expect(source.toString("latin1")).toBe(UNICODE.replaceAll("\n", "\r\n"));
    await using without = clientOf(server, { utf8: false });
    const wrapped = await without.fetchMessage(1).then(({ source }) => source.toString("latin1"));
    expect(wrapped).not.toBe(source.toString("latin1"));
  });
});

describe.runIf(hasUnpacked("popa3d"))("popa3d", () => {
  test("lists, fetches, syncs and deletes, without CAPA and PIPELINING", async () => {
    await using server = await startPopa3d(TEXTS);
    expect((await clientOf(server).capabilities()).all.size).toBe(0);
    await exercise(server, TEXTS);
  });

  test("gives two messages one UIDL when their headers are alike, and both are known apart", async () => {
    const twins = [
      "Subject: same\nX-Note: a\n\nfirst\n",
      "Subject: same\nX-Note: b\n\nsecond\n",
      TEXTS[0] ?? "",
    ];
    await using server = await startPopa3d(twins);
    await using pop3 = clientOf(server);
    const uidls = (await pop3.listMessages()).map(({ uidl }) => uidl);
    expect(new Set(uidls).size).toBeLessThan(3);
    let cursor: SyncCursor | undefined;
    for await (const batch of pop3.sync()) {
      await batch.acknowledge();
      cursor = batch.cursor;
    }
    await pop3.deleteMessage(1);
    const told: unknown[] = [];
    for await (const { events } of pop3.sync({ cursor })) told.push(...events.map(({ type }) => type));
    expect(told).toEqual(["removed"]);
  });
});
