import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { findProvider, providerPresets } from "../../src/index.js";

test("providers are found by the domain of an address", () => {
  expect(findProvider("Ada@GMAIL.com")?.id).toBe("gmail");
  expect(findProvider("ada@126.com")?.imap).toEqual({ host: "imap.126.com", port: 993, security: "tls" });
  expect(findProvider("ada@example.com")).toBeUndefined();
});

test("no provider is there twice, and none without encryption", () => {
  const ids = providerPresets.map(({ id }) => id);
  const domains = providerPresets.flatMap((preset) => preset.domains);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(domains).size).toBe(domains.length);
  for (const { imap, pop3, smtp } of providerPresets)
    for (const server of [imap, pop3, smtp]) expect(server?.security).not.toBe("none");
});

test("every provider is in the documentation, with its hosts", async () => {
  const page = await readFile(new URL("../../../../docs/provider-settings.md", import.meta.url), "utf8");
  for (const { id, imap, smtp } of providerPresets) {
    const row = page.split("\n").find((line) => line.includes(`\`${id}\``));
    expect(row, id).toContain(`${imap.host}:${imap.port}`);
    expect(row, id).toContain(`${smtp.host}:${smtp.port}`);
  }
});
