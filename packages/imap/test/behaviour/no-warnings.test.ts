import { setImmediate } from "node:timers/promises";
import { until } from "@mailwright/suite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage } from "../support/mime-samples.js";

const MANY = 40;
const warnings: Error[] = [];
const take = (warning: Error): void => void warnings.push(warning);

beforeEach(() => {
  warnings.length = 0;
  process.on("warning", take);
});
afterEach(() => {
  process.off("warning", take);
});

async function fixtureOf(messages: number): Promise<ImapFixture> {
  const sources = Array.from({ length: messages }, (_, n) => mixedMessage(n + 1));
  return imapFixture({
    messages: sources,
    client: { pool: { maxPerKey: 3 }, limits: { maxBatchMessages: 1 } },
  });
}

describe("no warning of Node's, of leaking listeners above all, comes from", () => {
  it("many calls at once under one signal", async () => {
    await using fixture = await fixtureOf(1);
    const { signal } = new AbortController();
    const calls = Array.from({ length: MANY }, () =>
      fixture.imap.search("INBOX", {}, { signal, timeoutMs: 20_000 }),
    );
    await Promise.all(calls);
    await setImmediate();
    expect(warnings).toEqual([]);
  });

  it("many commands, batches and windows on one connection", async () => {
    await using fixture = await fixtureOf(MANY);
    const { imap } = fixture;
    const { signal } = new AbortController();
    expect(await collect(imap.messages("INBOX", { body: "text", signal }))).toHaveLength(MANY);
    for (let round = 0; round < MANY; round++) {
      await imap.markAsRead("INBOX", [1, 2], { signal });
      const { content } = await imap.downloadAttachment("INBOX", 1, "2", { signal });
      await collect(content);
    }
    await setImmediate();
    expect(warnings).toEqual([]);
  });

  it("many watches and streams under one signal", async () => {
    await using fixture = await imapFixture({
      messages: [mixedMessage(1)],
      client: { pool: { maxPerKey: MANY + 1 } },
    });
    const controller = new AbortController();
    const { signal } = controller;
    let started = 0;
    const count = (): void => {
      started += 1;
    };
    const watches = Array.from({ length: MANY }, () => fixture.imap.onChange("INBOX", count, { signal }));
    const downloads = Array.from({ length: MANY }, () =>
      fixture.imap.downloadMessage("INBOX", 1, { signal }).catch(() => {}),
    );
    const listeners = fixture.imap.onStateChange(() => {});
    await until(() => started === MANY);
    await Promise.all(downloads);
    controller.abort();
    await Promise.all(watches.map(({ done }) => done));
    listeners();
    await setImmediate();
    expect(warnings).toEqual([]);
  });

  it("connections that come and go", async () => {
    await using fixture = await imapFixture({ client: { pool: { maxUses: 1 } } });
    const { signal } = new AbortController();
    for (let round = 0; round < MANY; round++) await fixture.imap.search("INBOX", {}, { signal });
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});
