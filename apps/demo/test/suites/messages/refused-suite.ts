import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createLog } from "../../../src/cli/create-log.js";
import { pushChanges } from "../../../src/mail/changes/push-changes.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { createKeyring } from "../../../src/store/envelope.js";
import { type ChangingDesk, WORDS } from "./changing-desk.js";

/** What becomes of changes that are not made. */
export function refusedSuite(desk: ChangingDesk): void {
  const { first, items, archiveId, change, makeDue, push, flagsOnServer, told } = desk;
  /** As if a change had been tried so often. */
  const setTries = (tries: number) =>
    desk
      .database()
      .sql.execute(
        sql`update messages set pending = pending || ${JSON.stringify({ tries })}::jsonb where pending is not null`,
      );

  test("that the server refuses for good are taken back, with its words in an event", async () => {
    const { id } = await first();
    await desk.mail.imap.stop();
    await change([id], { flagged: true });
    await desk.mail.imap.start();
    desk.refuse("STORE");
    await makeDue();
    await push();
    expect(await first()).toMatchObject({ flagged: false, waiting: null });
    expect(await told("message.refused")).toMatchObject([{ id, server: expect.stringContaining(WORDS) }]);
  });

  test("that are refused to somebody's face leave nothing behind and are told by the answer alone", async () => {
    const { id } = await first();
    desk.refuse("STORE");
    const [outcome] = await change([id], { flagged: true });
    expect(outcome).toMatchObject({
      ok: false,
      error: { server: { text: expect.stringContaining(WORDS) } },
    });
    expect(await first()).toMatchObject({ flagged: false, waiting: null });
    expect(await told("message.refused")).toEqual([]);
  });

  test("are given up after eight tries, and that is told", async () => {
    const { id } = await first();
    await desk.mail.imap.stop();
    await change([id], { seen: true });
    for (const tries of [7, 8]) {
      await setTries(tries - 1);
      await makeDue();
      await push();
      if (tries === 7) expect(await first()).toMatchObject({ seen: true, waiting: { tries } });
    }
    expect(await first()).toMatchObject({ seen: false, waiting: null });
    expect(await told("message.refused")).toMatchObject([{ id, code: "connection" }]);
    await desk.mail.imap.start();
  });

  test("that the program fails at wait, and are given up in the end; its log and an event tell it", async () => {
    const [one, other] = (await items()).map(({ id }) => id);
    if (one === undefined || other === undefined) throw new Error("There are not enough");
    await desk.mail.imap.stop();
    await change([one], { seen: true });
    await change([other], { flagged: true });
    await desk.mail.imap.start();
    const lines: string[] = [];
    const log = createLog("error", false, { write: (line) => void lines.push(line) });
    // Its password was sealed with a key that is lost.
    const keyring = createKeyring([{ id: "another", key: Buffer.alloc(32, 1) }]);
    const environment = { ...desk.environment, keyring, log };
    await using clients = new WebClients(environment);
    for (const tries of [2, 8]) {
      await setTries(tries - 1);
      await makeDue();
      await pushChanges({ environment, clients }, desk.tenant, desk.accountId);
      const waiting = (await items()).flatMap((item) => item.waiting ?? []);
      const failed = { tries, error: { code: "internal" } };
      expect(waiting).toMatchObject(tries === 2 ? [failed, failed] : []);
    }
    expect(await told("message.refused")).toMatchObject([{ code: "internal" }, { code: "internal" }]);
    expect(lines.map((line) => JSON.parse(line).reason)).toEqual(
      Array(4).fill("The key k1 is not in MAILWRIGHT_KEY"),
    );
  });

  test("to another place that are refused leave the read mark wanted that waits on the same message", async () => {
    const { id } = await first();
    await desk.mail.imap.stop();
    await change([id], { seen: true });
    const nowhere = { id, ok: false, error: undefined };
    expect(await change([id], { moveTo: randomUUID() })).toEqual([nowhere]);
    const { waiting } = await first();
    expect(waiting).toMatchObject({ seen: true });
    expect(waiting).not.toHaveProperty("moveTo");
    await desk.mail.imap.start();
    desk.refuse("MOVE");
    expect(await change([id], { moveTo: await archiveId() })).toMatchObject([{ id, ok: false }]);
    expect(await first()).toMatchObject({ seen: true });
    await push();
    expect(await first()).toMatchObject({ seen: true, waiting: null });
    expect(flagsOnServer()).toContain("\\Seen");
  });
}
