import {
  createCertificates,
  type ImapQuirks,
  type ProfileName,
  startImapServer,
  startMailServers,
} from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type SyncStrategy } from "../../src/index.js";
import { driveSync, type SyncDrive } from "../support/sync-driver.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const OPERATIONS = isLong ? 2_000 : 60;
/** With each lie: that it is found out takes no more. */
const LYING_OPERATIONS = isLong ? 600 : 60;
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_251_121);

const certificates = createCertificates();

/** One store behind two servers: an honest one for those who change it, and one that the sync has to do with. */
async function drive(
  lie: ImapQuirks | ProfileName,
  more: Partial<Pick<SyncDrive, "strategy" | "canRecreate" | "isWithheld">> = {},
): Promise<void> {
  const tls = await certificates;
  const server = typeof lie === "string" ? { profile: lie } : { imap: { quirks: lie } };
  const accounts = [{ user: "ada", password: "pw" }];
  const mail = await startMailServers({ accounts, certificates: tls, ...server });
  const { store } = mail;
  const honest = await startImapServer({ store, tls });
  store.createMailbox("ada", "Followed");
  const clientOf = (port: number): ImapClient =>
    new ImapClient({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user: "ada", password: "pw" },
    });
  const [actor, imap] = [clientOf(honest.port), clientOf(mail.imap.port)];
  const since = performance.now();
  try {
    const parts = { actor, imap, folder: "Followed", spare: "Archive" };
    const operations = more.strategy === undefined ? LYING_OPERATIONS : OPERATIONS;
    const report = await driveSync({ ...parts, seed: SEED, operations, ...more });
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    console.log(
      `${report.operations} operations, ${report.checkpoints} checkpoints, ${report.deaths} deaths, seed ${SEED}, ${seconds} s`,
    );
    expect(report.checkpoints).toBeGreaterThan(2);
  } finally {
    await Promise.all([actor.close({ graceMs: 0 }), imap.close({ graceMs: 0 })]);
    await Promise.all([honest.stop(), mail.stop()]);
  }
}

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
];

describe.concurrent("a copy that a sync keeps, after anything that others do,", () => {
  it.each(strategies)("is what the server has, by %s", (strategy) => drive({}, { strategy }), 1_800_000);

  it.each(lies)("is what the server has that %s", (_what, quirks) => drive(quirks), 1_800_000);

  it.each([
    ["says falsely that QRESYNC is on", "false-enabled"],
    ["takes its MODSEQs back at times", "modseq-goes-back"],
    ["counts one message too many", "exists-lies"],
    ["says VANISHED with any answer", "stray-vanished"],
  ] as const)("is what the server has that %s", (_what, profile) => drive(profile), 1_800_000);

  it(
    "is what the server gives that keeps messages back",
    () => drive("keeps-back", { isWithheld: (uid) => uid % 3 === 0 }),
    1_800_000,
  );

  it(
    "is what the server has that tells no UIDVALIDITY",
    () => drive("zero-uidvalidity", { canRecreate: false }),
    1_800_000,
  );
});
