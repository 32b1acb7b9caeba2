import { readdir, readFile } from "node:fs/promises";
import { importedModules } from "@mailwright/suite";
import { expect, test } from "vitest";

test("importing the package loads neither ImapFlow nor codecs, and little of its own", async () => {
  const { own, packages } = await importedModules(new URL("../build/", import.meta.url));
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  console.info(`${own.size} files of the package are loaded with it`);
  expect([...own]).not.toContain("fetch/batches/read-messages.js");
  expect([...own]).not.toContain("connection/take-over.js");
  expect([...own]).not.toContain("session/select-mailbox.js");
  expect(own.size).toBeLessThan(30);
});

test("what is loaded with the package is joined into one file, and the rest into another", async () => {
  const dist = new URL("../dist/", import.meta.url);
  const { own, packages } = await importedModules(dist);
  expect([...own].sort()).toEqual(["index.js", "shared.js"]);
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  const scripts = (await readdir(dist)).filter((file) => file.endsWith(".js"));
  expect(scripts.sort()).toEqual([...own, "later.js"].sort());
});

test("what is published holds no character for which V8 would keep a file in two bytes each", async () => {
  const dist = new URL("../dist/", import.meta.url);
  for (const file of (await readdir(dist)).filter((name) => name.endsWith(".js")))
    expect.soft(/[^\0-\xff]/.exec(await readFile(new URL(file, dist), "utf8"))?.[0], file).toBeUndefined();
});
