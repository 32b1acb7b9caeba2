import { until } from "@mailwright/suite";
import { describe, it } from "vitest";
import type { SyncStrategy } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import { driveSync } from "../support/sync-driver.js";
import { SyncedAccount } from "../support/synced-account.js";
import { clientOf, type LiveServer, prepareFolders, readCapabilities, skipWhere } from "./live-server.js";

const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20_251_121);

/** Copies that are kept by a sync, of folders that others change. */
export function describeSyncing(server: LiveServer): void {
  describe("syncing", () => {
    const { imap, other, folder, archive } = prepareFolders(server, "Syncing");

    it("keeps copies that are what the server has, by every strategy that it offers", async (context) => {
      skipWhere(context, server.ways?.hidesOthers);
      const capabilities = await readCapabilities(imap);
      const needed = { qresync: "QRESYNC", condstore: "CONDSTORE" };
      const isOffered = (strategy: SyncStrategy): boolean =>
        strategy === "plain" || capabilities.has(needed[strategy]);
      const offered = (["qresync", "condstore", "plain"] as const).filter(isOffered);
      const followers = [...offered, undefined].map((strategy) => ({
        name: strategy ?? "by evidence",
        imap: clientOf(server),
        strategy,
      }));
      const reports = await driveSync({
        ...{ actor: other, folder, spare: archive },
        ...{ followers, seed: SEED, operations: 40 },
      });
      await Promise.all(followers.map((follower) => follower.imap.close()));
      for (const { name, operations, checkpoints, deaths, failure } of reports.values()) {
        console.log(
          `${name}: ${operations} operations, ${checkpoints} checkpoints, ${deaths} deaths, seed ${SEED}`,
        );
        if (failure !== undefined) throw failure;
      }
    }, 300_000);

    it("follows folders of the account as others change them", async (context) => {
      skipWhere(context, server.ways?.hidesOthers);
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
