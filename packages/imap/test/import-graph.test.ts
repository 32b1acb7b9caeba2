import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const IMPORT = /^(?:import|export)\b(?:[^;"]*? from)? ?"([^"]+)";/gm;
const dist = new URL("../dist/", import.meta.url);

/** What importing the package loads: its own files and other packages, but nothing that waits for a first call. */
async function loaded(): Promise<{
  readonly own: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}> {
  const [own, packages] = [new Set<string>(), new Set<string>()];
  const waiting = [new URL("index.js", dist)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (own.has(file.href)) continue;
    own.add(file.href);
    const source = await readFile(file, "utf8");
    for (const [, name = ""] of source.matchAll(IMPORT)) {
      if (name.startsWith(".")) waiting.push(new URL(name, file));
      else if (!name.startsWith("node:")) packages.add(name);
    }
  }
  return { own: new Set([...own].map((href) => href.slice(dist.href.length))), packages };
}

test("importing the package loads neither ImapFlow nor codecs, and little of its own", async () => {
  const { own, packages } = await loaded();
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  console.info(`${own.size} files of the package are loaded with it`);
  expect([...own]).not.toContain("fetch/read-messages.js");
  expect([...own]).not.toContain("connection/take-over.js");
  expect(own.size).toBeLessThan(60);
});
