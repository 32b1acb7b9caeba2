import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readKeyFile } from "../../src/config/key-file.js";
import { readSettings } from "../../src/config/settings.js";

const KEY = Buffer.alloc(32, 1).toString("base64");

test("without anything said it listens on this machine only, with its data beside it", () => {
  expect(readSettings({})).toMatchObject({ host: "127.0.0.1", dataFolder: "data", databaseUrl: undefined });
});

test.each([
  [{ MAILWRIGHT_PORT: "70000" }, /MAILWRIGHT_PORT/],
  [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL/],
  [{ MAILWRIGHT_KEY: "k1:c2hvcnQ=" }, /MAILWRIGHT_KEY: entry 1/],
  [{ MAILWRIGHT_KEY: `k1:${KEY},k1:${KEY}` }, /same id/],
  [{ MAILWRIGHT_HOST: "0.0.0.0" }, /MAILWRIGHT_URL/],
  [{ MAILWRIGHT_ALLOW_PORTS: "25,x" }, /MAILWRIGHT_ALLOW_PORTS/],
])("%j is a mistake that is named, and its value is not shown", (environment, explanation) => {
  expect(() => readSettings(environment)).toThrow(explanation);
  expect(() => readSettings(environment)).not.toThrow(/c2hvcnQ/);
});

test("the first key seals and the others open", () => {
  const { keys } = readSettings({ MAILWRIGHT_KEY: `new:${KEY},old:${KEY}` });
  expect(keys?.map(({ id }) => id)).toEqual(["new", "old"]);
});

test("a key is made once, and only its owner may read it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-key-"));
  const mode = async () => (await stat(join(folder, "key"))).mode & 0o777;
  const [first] = await readKeyFile(folder);
  expect(await mode()).toBe(0o600);
  await chmod(join(folder, "key"), 0o644);
  const [second] = await readKeyFile(folder);
  expect(second).toEqual(first);
  expect(await mode()).toBe(0o600);
  await rm(folder, { recursive: true });
});
