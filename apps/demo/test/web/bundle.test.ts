import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const built = fileURLToPath(new URL("../../dist/web/", import.meta.url));
const MAX_BYTES = 200_000;

test("what the page loads at first is at most 200 KB compressed", async () => {
  const html = await readFile(`${built}index.html`, "utf8");
  // Vite names there all that the first script imports, but not what it imports when a route asks for it.
  const first = new Set(Array.from(html.matchAll(/assets\/([^"]+)/g), ([, name]) => name));
  const names = await readdir(`${built}assets`);
  const sizes = await Promise.all(
    names.map(async (name) => ({
      name,
      bytes: gzipSync(await readFile(`${built}assets/${name}`)).length,
    })),
  );
  const sum = (files: typeof sizes): number => files.reduce((total, { bytes }) => total + bytes, 0);
  const loaded = sizes.filter(({ name }) => first.has(name));
  console.log(
    `The page: ${sum(loaded)} bytes compressed in ${loaded.length} files at first, ` +
      `${sum(sizes)} in ${sizes.length} with all routes`,
  );
  // Accounts, settings, templates and the charts come when they are asked for.
  expect(loaded.map(({ name }) => name)).not.toContainEqual(expect.stringMatching(/-page-/));
  expect(sum(loaded)).toBeLessThanOrEqual(MAX_BYTES);
});

test("its document has nothing inline, which its policy would refuse", async () => {
  const html = await readFile(`${built}index.html`, "utf8");
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/i);
});
