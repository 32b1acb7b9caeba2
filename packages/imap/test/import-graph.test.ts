import { importedModules } from "@mailwright/suite";
import { expect, test } from "vitest";

test("importing the package loads neither ImapFlow nor codecs, and little of its own", async () => {
  const { own, packages } = await importedModules(new URL("../dist/", import.meta.url));
  expect([...packages].sort()).toEqual(["@mailwright/core", "@mailwright/core/internal"]);
  console.info(`${own.size} files of the package are loaded with it`);
  expect([...own]).not.toContain("fetch/read-messages.js");
  expect([...own]).not.toContain("connection/take-over.js");
  expect([...own]).not.toContain("session/select-mailbox.js");
  expect(own.size).toBeLessThan(30);
});
