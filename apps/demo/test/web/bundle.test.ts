import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const built = fileURLToPath(new URL("../../dist/web/", import.meta.url));
const MAX_BYTES = 200_000;

test("the page as it was built is at most 200 KB compressed", async () => {
  const names = await readdir(`${built}assets`);
  const files = await Promise.all(names.map((name) => readFile(`${built}assets/${name}`)));
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  console.log(`The page: ${bytes} bytes compressed, in ${names.length} files`);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
});

test("its document has nothing inline, which its policy would refuse", async () => {
  const html = await readFile(`${built}index.html`, "utf8");
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/i);
});
