import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open-database.js";
import { prepareMailbox } from "./prepare-mailbox.js";
import { startServe } from "./serve-process.js";
import { ToldEvents } from "./told-events.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
/** So many messages come while the first process is there, while it ends, while none is there, and to the second one. */
const MESSAGES = { before: 5, ending: 5, between: 5, after: 5 };
const ALL = Object.values(MESSAGES).reduce((sum, count) => sum + count, 0);

let mail: MailServers;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-restart-"));
  mail = await startMailServers({ accounts: [{ ...ada, address: ada.user }] });
  await writeFile(join(folder, "ca.pem"), mail.ca);
});

afterAll(async () => {
  await mail.stop();
  await rm(folder, { recursive: true });
});

test("a stream of events that goes on at the next process tells every event once, and none is missing", async () => {
  const data = join(folder, "data");
  const { key } = await prepareMailbox(data, mail, ada);
  const options = { data, ca: join(folder, "ca.pem"), mail, key };
  const told = new ToldEvents();
  const added = () => told.events.filter(({ type }) => type === "message.added").length;
  let number = 0;
  const deliver = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      number += 1;
      mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: Number ${number}\r\n\r\nHi.\r\n`);
    }
  };

  const first = await startServe(options);
  await first.untilLive();
  const following = told.follow(first.url, key);
  const beginning = await until(() => told.place, 120_000);
  deliver(MESSAGES.before);
  await until(() => added() === MESSAGES.before, 120_000);
  deliver(MESSAGES.ending);
  // One of them at least has been told when it ends, the others as it happens.
  await until(() => added() > MESSAGES.before, 120_000);
  expect(await first.end("SIGTERM")).toBe(0);
  await following;
  const toldByFirst = told.events.length;
  deliver(MESSAGES.between);

  const second = await startServe(options);
  // What came meanwhile has happened before anybody listens.
  await until(async () => {
    await sleep(200);
    const { items } = await second.get<{ items: { synced: number }[] }>("/folders");
    return items.reduce((sum, { synced }) => sum + synced, 0) === ALL - MESSAGES.after;
  }, 120_000);
  const goingOn = told.follow(second.url, key);
  await until(() => added() >= ALL - MESSAGES.after, 120_000);
  deliver(MESSAGES.after);
  await until(() => added() >= ALL, 120_000);
  expect(await second.end("SIGTERM")).toBe(0);
  await goingOn;

  const ids = told.events.map(({ id }) => id);
  console.log(`${toldByFirst} events of the first process, ${ids.length - toldByFirst} of the second`);
  expect(added()).toBe(ALL);
  expect(ids).toEqual(await storedEvents(data, Number(beginning), ids.at(-1)));
});

/** The numbers of the events that are stored, after one and up to another, in their order. */
async function storedEvents(data: string, after: number, last = 0): Promise<number[]> {
  await using database = await openDatabase({ folder: data });
  const { rows } = await database.sql.execute<{ id: string }>(
    sql`select id from events where id > ${after} and id <= ${last} order by id`,
  );
  return rows.map(({ id }) => Number(id));
}
