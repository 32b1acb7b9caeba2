import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open-database.js";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../../src/embedded/sample-messages.js";
import { listFolders, recountFolders } from "../../src/store/folders.js";
import { knownFlags } from "../../src/store/messages/known-flags.js";
import { type Tenant, wholeTenant } from "../../src/store/tenant.js";
import { type PreparedMailbox, prepareMailbox } from "./prepare-mailbox.js";
import { type ServeProcess, startServe } from "./serve-process.js";
import { Turnstile } from "./turnstile.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const MESSAGES_OF_SEEDS = 12;
const KILLS = 2;
/** A batch takes four commands: what the messages are, and what they say, by their shapes. */
const COMMANDS_OF_BATCH = 4;
/** So long after its last answer a process is killed at most: in it, it parses and stores. */
const LATEST_KILL_MS = 60;
const seeds = Array.from(
  { length: (process.env["MAILWRIGHT_LONG"] ?? "") === "" ? 1 : 10 },
  (_, index) => index + 1,
);

let mail: MailServers;
let folder: string;
let all: number;
let prepared: PreparedMailbox;
/** The server answers what asks for messages only when it is let. */
const fetches = new Turnstile();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-kill-"));
  const messages = Array.from({ length: MESSAGES_OF_SEEDS }, (_, index) =>
    createSampleMessages(index + 1, ada.user),
  ).flat();
  all = messages.length;
  const mailboxes = SAMPLE_MAILBOXES.filter((name) => name !== "INBOX");
  mail = await startMailServers({
    accounts: [{ ...ada, address: ada.user, mailboxes, messages }],
    imap: {
      async answer({ name, arguments: rest }) {
        if (`${name} ${rest}`.includes("FETCH")) await fetches.pass();
        return undefined;
      },
    },
  });
  await writeFile(join(folder, "ca.pem"), mail.ca);
  prepared = await prepareMailbox(join(folder, "prepared"), mail, ada);
}, 600_000);

afterAll(async () => {
  await mail.stop();
  await rm(folder, { recursive: true });
});

test.each(seeds)(
  "killed in the middle of a first sync, its rows equal a fresh scan in the end (seed %i)",
  async (seed) => {
    const data = join(folder, `data-${seed}`);
    await cp(join(folder, "prepared"), data, { recursive: true });
    const { tenantId, key } = prepared;
    const start = async () => await startServe({ data, ca: join(folder, "ca.pem"), mail, key });
    const random = seededRandom(seed);
    const rowsAtKill: number[] = [];
    let serve = await start();
    for (let kill = 0; kill < KILLS; kill += 1) {
      // The first may come before there is anything, the second never; both in the first half.
      await letStore(serve, Math.floor((all * (kill + random())) / (2 * KILLS)));
      fetches.let(Math.floor(random() * (COMMANDS_OF_BATCH + 1)));
      await sleep(random() * LATEST_KILL_MS);
      await serve.end("SIGKILL");
      fetches.close();
      // In life the lock is stale 15 seconds later; here it is known that nobody holds it.
      await rm(join(data, "lock"), { recursive: true, force: true });
      serve = await start();
      rowsAtKill.push(await countStored(serve));
    }
    console.log(`seed ${seed}: killed with ${rowsAtKill.join(", ")} of ${all} messages stored`);
    expect(rowsAtKill.filter((rows) => rows > 0 && rows < all)).not.toEqual([]);
    fetches.let(Number.POSITIVE_INFINITY);
    await serve.untilLive();
    expect(await serve.end("SIGTERM")).toBe(0);
    fetches.close();
    await inDatabase(data, tenantId, async (tenant) => {
      for (const { id, path, total, synced, isSelectable } of await listFolders(tenant)) {
        if (!isSelectable) continue;
        const onServer = mail.store.messages(ada.user, path);
        const stored = await knownFlags(tenant, id);
        const scanned = onServer.map(({ uid, flags }) => [
          String(uid),
          [...flags].includes("\\Seen"),
          [...flags].includes("\\Flagged"),
        ]);
        const here = [...stored.values()].map(({ uid, seen, flagged }) => [uid, seen, flagged]);
        const byUid = (one: (string | boolean | undefined)[], other: (string | boolean | undefined)[]) =>
          Number(one[0]) - Number(other[0]);
        expect(here.sort(byUid)).toEqual(scanned.sort(byUid));
        expect([total, synced]).toEqual([onServer.length, onServer.length]);
      }
      expect(await recountFolders(tenant)).toEqual([]);
      const { rows } = await tenant.sql.execute(sql`
      select count(*)::int as messages, count(distinct message_id)::int as ids,
        (select count(*)::int from bodies) as bodies, (select count(*)::int from message_search) as searchable
      from messages`);
      expect(rows).toEqual([{ messages: all, ids: all, bodies: all, searchable: all }]);
    });
  },
);

/** Lets one command after the other be answered until so many messages are stored. */
async function letStore(serve: ServeProcess, wanted: number): Promise<void> {
  while ((await countStored(serve)) < wanted) {
    await until(() => fetches.length > 0, 300_000);
    fetches.let(1);
    // What it answers to is stored, or not, when the next one comes.
    await until(() => fetches.length > 0, 300_000);
  }
}

/** What a folder counts as stored is written with its messages. */
async function countStored(serve: ServeProcess): Promise<number> {
  const { items } = await serve.get<{ items: { synced: number }[] }>("/folders");
  return items.reduce((sum, { synced }) => sum + synced, 0);
}

async function inDatabase<T>(
  data: string,
  tenantId: string,
  task: (tenant: Tenant) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ folder: data });
  try {
    return await task(wholeTenant(tenantId, database.sql));
  } finally {
    await database.close();
  }
}
