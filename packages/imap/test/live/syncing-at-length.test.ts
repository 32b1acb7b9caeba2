import { describe, expect, it } from "vitest";
import type { SyncStrategy } from "../../src/index.js";
import { driveSync } from "../support/sync-driver.js";
import { hasCyrus, type LiveClientOptions, liveClient } from "./imap-environment.js";
import { skipUnless } from "./live-server.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
/** Of one stream, which all strategies follow. */
const OPERATIONS = isLong ? 2_000 : 80;
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_251_121);

const strategies: readonly (SyncStrategy | undefined)[] = ["qresync", "condstore", "plain", undefined];

const servers = ["dovecot", "cyrus"] as const;

describe.each(servers)("copies of what a real %s has", (server) => {
  it("are what a fresh scan finds, by every strategy, after anything that others do", async (context) => {
    skipUnless(context, server === "dovecot" || hasCyrus(), "Cyrus is not installed here");
    await using actor = connect({ server });
    const followers = strategies.map((strategy) => ({
      name: strategy ?? "by evidence",
      imap: connect({ server }),
      strategy,
    }));
    const places = { actor, folder: "At length", spare: "At length, elsewhere" };
    for (const name of [places.folder, places.spare]) await actor.createFolder(name);
    const since = performance.now();
    const reports = await driveSync({ ...places, followers, seed: SEED, operations: OPERATIONS });
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    await Promise.all(followers.map(({ imap }) => imap.close()));
    for (const { name, operations, syncs, checkpoints, deaths } of reports.values())
      console.log(
        `${server}, ${name}: ${operations} operations, ${syncs} syncs, ${checkpoints} checkpoints, ${deaths} deaths, seed ${SEED}, ${seconds} s`,
      );
    expect(reports.size).toBe(strategies.length);
    for (const { name, operations, checkpoints, deaths, failure } of reports.values()) {
      if (failure !== undefined) throw failure;
      expect(operations, name).toBeGreaterThanOrEqual(OPERATIONS);
      expect(checkpoints, name).toBeGreaterThan(3);
      // Of so few operations not everybody dies.
      if (isLong) expect(deaths, name).toBeGreaterThan(0);
    }
    for (const name of [places.folder, places.spare]) await actor.deleteFolder(name);
  }, 1_800_000);
});

/** Nobody else uses this account. */
function connect(options: LiveClientOptions): ReturnType<typeof liveClient> {
  return liveClient("heidi", options);
}
