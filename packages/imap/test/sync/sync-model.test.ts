import {
  createCertificates,
  type ImapQuirks,
  type RunningImapServer,
  startImapServer,
  startMailServers,
} from "@mailwright/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { ImapClient, type SyncStrategy } from "../../src/index.js";
import { driveSync, type FollowerReport, type SyncFollower } from "../support/sync-driver.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const OPERATIONS = isLong ? 2_000 : 60;
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_251_121);

const strategies: readonly SyncStrategy[] = ["qresync", "condstore", "plain"];

const lies: readonly (readonly [what: string, ImapQuirks])[] = [
  ["tells nothing in ENABLED", { omitEnabled: true }],
  ["has no MODSEQs in this mailbox", { noModseq: true }],
  ["leaves MODSEQ out of FETCH", { omitFetchModseq: true }],
  ["is behind with HIGHESTMODSEQ", { highestModseqLag: 3 }],
  ["says HIGHESTMODSEQ 0 of an empty mailbox", { zeroHighestModseqWhenEmpty: true }],
  ["says no UIDNEXT", { omitUidNext: true }],
  ["ends VANISHED in a comma", { malformedVanished: true }],
  ["says VANISHED of what never was", { vanishedEarlier: "missing" }],
  ["says VANISHED up to *", { vanishedEarlier: "open" }],
  ["finds nothing up to *", { emptyOpenUidSearch: true, omitUidNext: true }],
  ["says falsely that QRESYNC is on", { falseEnabled: true }],
  ["takes its MODSEQs back at times", { modseqGoesBack: 10 }],
  ["counts one message too many", { existsExcess: 1 }],
  ["says VANISHED with any answer", { strayVanished: true }],
  ["keeps messages back", { silentFetchEvery: 3 }],
  ["tells no UIDVALIDITY", { uidValidity: "zero" }],
];

/**
 * One store behind many servers: an honest one for those who change it, and one for each who follows, with a lie of its
 * own. One stream of operations serves all of them.
 */
describe("a copy that a sync keeps, after anything that others do,", () => {
  let reports: ReadonlyMap<string, FollowerReport>;
  beforeAll(async () => {
    reports = await drive();
  }, 1_800_000);

  it.each(strategies)("is what the server has, by %s", (strategy) => expectKept(`by ${strategy}`));

  it("was kept by consumers that died between batches", () => {
    const deaths = [...reports.values()].map((report) => report.deaths);
    expect(deaths.filter((count) => count > 0).length).toBeGreaterThan(reports.size / 4);
  });

  it.each(lies)("is what the server has that %s", (what) => expectKept(what));

  function expectKept(name: string): void {
    const report = reports.get(name);
    if (report?.failure !== undefined) throw report.failure;
    expect(report?.operations).toBeGreaterThanOrEqual(OPERATIONS);
    // Of so few operations not everybody dies.
    if (isLong) expect(report?.deaths).toBeGreaterThan(0);
    expect(report?.checkpoints).toBeGreaterThan(3);
  }
});

async function drive(): Promise<ReadonlyMap<string, FollowerReport>> {
  const certificates = await createCertificates();
  const mail = await startMailServers({ accounts: [{ user: "ada", password: "pw" }], certificates });
  mail.store.createMailbox("ada", "Followed");
  const servers: RunningImapServer[] = [];
  const clients: ImapClient[] = [];
  const connect = (port: number): ImapClient => {
    const server = { host: "127.0.0.1", port, security: "none" } as const;
    const client = new ImapClient({ server, credentials: { user: "ada", password: "pw" } });
    clients.push(client);
    return client;
  };
  const follow = async (name: string, quirks: ImapQuirks): Promise<SyncFollower> => {
    const server = await startImapServer({ store: mail.store, tls: certificates, options: { quirks } });
    servers.push(server);
    const every = quirks.silentFetchEvery;
    const isWithheld = (uid: number): boolean => every !== undefined && uid % every === 0;
    return { name, imap: connect(server.port), isWithheld };
  };
  try {
    const liars = await Promise.all(lies.map(([what, quirks]) => follow(what, quirks)));
    const honest = strategies.map((strategy) => ({
      name: `by ${strategy}`,
      imap: connect(mail.imap.port),
      strategy,
    }));
    const since = performance.now();
    const reports = await driveSync({
      actor: connect(mail.imap.port),
      followers: [...honest, ...liars],
      folder: "Followed",
      spare: "Archive",
      seed: SEED,
      operations: OPERATIONS,
    });
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    console.log(`${reports.size} copies, seed ${SEED}, ${seconds} s`);
    for (const { name, operations, checkpoints, deaths } of reports.values())
      console.log(`${name}: ${operations} operations, ${checkpoints} checkpoints, ${deaths} deaths`);
    return reports;
  } finally {
    await Promise.all(clients.map((client) => client.close({ graceMs: 0 })));
    await Promise.all([...servers, mail].map((server) => server.stop()));
  }
}
