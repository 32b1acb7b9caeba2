import { importedModules } from "@mailwright/suite";
import { expect, test } from "vitest";

test("importing the package loads nothing that only a session or a sync needs", async () => {
  const { own, packages } = await importedModules(new URL("../dist/", import.meta.url));
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  expect([...own].filter((file) => file.startsWith("wire/") || file.startsWith("sync/"))).toEqual([]);
  expect([...own]).not.toContain("connection/open-connection.js");
  expect(own.size).toBeLessThan(10);
});
