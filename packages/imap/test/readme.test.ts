import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeBlocks, missingFromTables, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";
import { resolveImapOptions } from "../src/imap-options.js";

const sources = new SourceFiles("imap");
const { readme } = sources;
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs, and Node exits by itself", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  const stdout = await runExample(example, here);
  const lines = ["INBOX 2 2", "1 One Hello", "2 Two Hello again", "moved to 1", "new: [ 3 ]", ""];
  expect(stdout.split("\n")).toEqual(lines);
});

test.each([
  ["ImapClientOptions", "imap-options.ts"],
  ["ImapTimeouts", "imap-limits.ts"],
  ["ImapLimits", "imap-limits.ts"],
  ["WatchOptions", "watch-event.ts"],
  ["SyncContentOptions", "sync-options.ts"],
  ["ImapSyncOptions", "sync-options.ts"],
  ["ImapSyncAllOptions", "account-options.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options).not.toEqual([]);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every default in the README's tables is the one in the code", () => {
  const { timeouts, limits } = resolveImapOptions({ server: { host: "imap.example.com" } });
  for (const [name, value] of Object.entries({ ...timeouts, ...limits })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    const unit = shown.includes("MiB") ? 1024 * 1024 : 1;
    expect(Number(shown.replace(/[^\d]/g, "")) * unit, name).toBe(value);
  }
});

test("every suite that the README names is there", () => {
  const named = new Set([...readme.matchAll(/`((?:\w+\/)?[\w-]+\.test\.ts)`/g)].map(([, name = ""]) => name));
  expect(named.size).toBeGreaterThan(8);
  for (const name of named) expect(existsSync(join(here, name)), name).toBe(true);
});
