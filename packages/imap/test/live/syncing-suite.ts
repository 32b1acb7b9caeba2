import { until } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import type { SyncStrategy } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import { driveSync } from "../support/sync-driver.js";
import { SyncedAccount } from "../support/synced-account.js";
import { type LiveServer, prepareFolders, readCapabilities } from "./live-server.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_251_121);

/** Copies that are kept by a sync, of folders that others change. */
export function describeSyncing(server: LiveServer): void {
  describe("syncing", () => {
    const { imap, other, folder, archive } = prepareFolders(server, "Syncing");

    it.each(["qresync", "condstore", "plain", undefined] as const)(
      "keeps a copy that is what the server has, by %s",
      async (strategy) => {
        const capabilities = await readCapabilities(imap);
        const needed = strategy === "qresync" ? "QRESYNC" : "CONDSTORE";
        const isMissing = (strategy ?? "plain") !== "plain" && !capabilities.has(needed);
        // At full length on the servers as they are, not on each of their variants.
        const operations = isLong && server.label === "plain" ? 2_000 : 40;
        if (isMissing || (isLong && strategy === undefined))
          return void console.log(
            `SKIPPED a sync by ${strategy}: ${isMissing ? `no ${needed}` : "as pinned"}`,
          );
        await driveLive(strategy, operations);
      },
      1_800_000,
    );

    async function driveLive(strategy: SyncStrategy | undefined, operations: number): Promise<void> {
      const since = performance.now();
      const parts = { actor: other, imap, folder, spare: archive };
      const report = await driveSync({ ...parts, seed: SEED, operations, strategy });
      const seconds = ((performance.now() - since) / 1_000).toFixed(1);
      console.log(
        `${strategy ?? "by evidence"}: ${report.operations} operations, ${report.checkpoints} checkpoints, ${report.deaths} deaths, seed ${SEED}, ${seconds} s`,
      );
      expect(report.checkpoints).toBeGreaterThan(0);
    }

    it("follows folders of the account as others change them", async () => {
      const account = new SyncedAccount();
      const ended = new AbortController();
      const follow = async (): Promise<void> => {
        const options = { folders: [folder, archive], pollMs: 200, signal: ended.signal };
        for await (const batch of imap.watch(options)) {
          account.store(batch);
          await batch.acknowledge();
        }
      };
      const following = follow();
      following.catch(() => {});
      await until(() => account.copies.size === 2);
      const { uid = 0 } = await other.append(archive, plainMessage("watched from afar"));
      await until(() => account.subjects(archive).includes("watched from afar"));
      await other.addStar(archive, uid);
      await until(() => account.copies.get(archive)?.messages.get(uid) === "\\Flagged");
      await other.move(archive, uid, folder);
      await until(() => !account.subjects(archive).includes("watched from afar"));
      await until(() => account.subjects(folder).includes("watched from afar"));
      ended.abort();
      await following;
    });
  });
}
