import { readdir } from "node:fs/promises";
import { importedModules } from "@mailwright/suite";
import { expect, test } from "vitest";

test("importing the package loads nothing that only a session or a sync needs", async () => {
  const { own, packages } = await importedModules(new URL("../build/", import.meta.url));
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  expect([...own].filter((file) => file.startsWith("wire/") || file.startsWith("sync/"))).toEqual([]);
  expect([...own]).not.toContain("connection/open-connection.js");
  expect(own.size).toBeLessThan(10);
});

test("what is loaded with the package is joined into one file, and the rest into another", async () => {
  const dist = new URL("../dist/", import.meta.url);
  const { own, packages } = await importedModules(dist);
  expect([...own].sort()).toEqual(["index.js"]);
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  const scripts = (await readdir(dist)).filter((file) => file.endsWith(".js"));
  expect(scripts.sort()).toEqual([...own, "later.js"].sort());
});
