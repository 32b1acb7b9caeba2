import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { seededRandom, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readKeyFile } from "../../src/config/key-file.js";
import { openDatabase } from "../../src/db/open-database.js";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../../src/embedded/sample-messages.js";
import { createAccount } from "../../src/store/accounts.js";
import { createApiKey } from "../../src/store/api-keys.js";
import { createKeyring } from "../../src/store/envelope.js";
import { listFolders, recountFolders } from "../../src/store/folders.js";
import { knownFlags } from "../../src/store/messages/known-flags.js";
import { createTenant, type Tenant, wholeTenant } from "../../src/store/tenant.js";

const DEMO = fileURLToPath(new URL("../../dist/demo.js", import.meta.url));
const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const MESSAGES_OF_SEEDS = 12;
const KILLS = 2;
const seeds = Array.from(
  { length: (process.env["MAILWRIGHT_LONG"] ?? "") === "" ? 1 : 10 },
  (_, index) => index + 1,
);

let mail: MailServers;
let folder: string;
let answered = 0;
let onAnswer: (() => void) | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-kill-"));
  const messages = Array.from({ length: MESSAGES_OF_SEEDS }, (_, index) =>
    createSampleMessages(index + 1, ada.user),
  ).flat();
  const mailboxes = SAMPLE_MAILBOXES.filter((name) => name !== "INBOX");
  mail = await startMailServers({
    accounts: [{ ...ada, address: ada.user, mailboxes, messages }],
    imap: {
      answer() {
        answered += 1;
        onAnswer?.();
        return undefined;
      },
    },
  });
  await writeFile(join(folder, "ca.pem"), mail.ca);
});

afterAll(async () => {
  await mail.stop();
  await rm(folder, { recursive: true });
});

test.each(seeds)(
  "killed in the middle of a first sync, its rows equal a fresh scan in the end (seed %i)",
  async (seed) => {
    const data = join(folder, `data-${seed}`);
    const random = seededRandom(seed);
    const { tenantId, key } = await prepare(data);
    const rowsAtKill: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Counted in commands that the server has been sent, not in time: the machine's speed decides nothing.
      const commands = answered + 4 + Math.floor(random() * 40);
      const reached = new Promise<void>((resolve) => {
        onAnswer = () => {
          if (answered >= commands) resolve();
        };
      });
      const { child } = await startServe(data);
      await Promise.race([reached, untilLive(child, key)]);
      const ended = once(child.process, "exit");
      child.process.kill("SIGKILL");
      await ended;
      onAnswer = undefined;
      // In life the lock is stale 15 seconds later; here it is known that nobody holds it.
      await rm(join(data, "lock"), { recursive: true, force: true });
      rowsAtKill.push(await inDatabase(data, tenantId, countRows));
    }
    const { child } = await startServe(data);
    await untilLive(child, key);
    const ended = once(child.process, "exit");
    child.process.kill("SIGTERM");
    const [code] = await ended;
    expect(code).toBe(0);
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
      const messages = await countRows(tenant);
      expect(rows).toEqual([{ messages, ids: messages, bodies: messages, searchable: messages }]);
      console.log(`seed ${seed}: killed with ${rowsAtKill.join(", ")} of ${messages} messages stored`);
    });
  },
);

async function prepare(data: string): Promise<{ readonly tenantId: string; readonly key: string }> {
  const keyring = createKeyring(await readKeyFile(data));
  await using database = await openDatabase({ folder: data });
  const tenant = await createTenant(database.sql, "Household");
  const incoming = { host: mail.host, port: mail.imap.tlsPort, security: "tls", user: ada.user } as const;
  const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind: "imap", incoming } as const;
  await createAccount(tenant, keyring, account, { incoming: { password: ada.password } });
  const { key } = await createApiKey(tenant, { name: "test", scopes: ["read"] });
  return { tenantId: tenant.id, key };
}

interface Child {
  readonly process: ChildProcess;
  readonly url: string;
}

async function startServe(data: string): Promise<{ readonly child: Child }> {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    MAILWRIGHT_DATA: data,
    MAILWRIGHT_PORT: "0",
    MAILWRIGHT_ALLOW_HOSTS: mail.host,
    MAILWRIGHT_ALLOW_PORTS: String(mail.imap.tlsPort),
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
  };
  const child = spawn(process.execPath, [DEMO, "serve"], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const url = /is at (http:\S+?)\/ /.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`It did not start: ${line}`);
  return { child: { process: child, url } };
}

async function untilLive({ url, process: child }: Child, key: string): Promise<void> {
  await until(async () => {
    // Each look costs the child a few statements.
    await sleep(200);
    if (child.exitCode !== null || child.signalCode !== null) return true;
    const answer = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${key}` } }).catch(
      () => undefined,
    );
    const status = (await answer?.json().catch(() => undefined)) as
      | { accounts?: { state: string }[] }
      | undefined;
    return status?.accounts?.every(({ state }) => state === "live") === true;
  }, 120_000);
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

async function countRows(tenant: Tenant): Promise<number> {
  const { rows } = await tenant.sql.execute<{ count: number }>(
    sql`select count(*)::int as count from messages`,
  );
  return rows[0]?.count ?? 0;
}
