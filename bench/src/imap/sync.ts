import { startChildServer } from "../child-server.js";
import { compareSyncs } from "./sync-costs.js";

const SIZES = [1_000, 10_000, 100_000];

/** What syncs cost with the in-memory server, which is a process of its own. */
async function main(): Promise<void> {
  await using server = await startChildServer("imap/sync-server", SIZES);
  await compareSyncs({
    name: "in-memory server",
    port: server.port,
    mailboxes: SIZES.map((size) => ({ user: `${size}`, size })),
    folders: "folders",
    passwordOf: () => "x",
  });
}

await main();
