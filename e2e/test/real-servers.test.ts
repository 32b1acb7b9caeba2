import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../dist/real-servers.js", import.meta.url));
const emptyFolder = mkdtempSync(join(tmpdir(), "mailwright-no-programs-"));
afterAll(() => rmSync(emptyFolder, { recursive: true }));

function runWithoutServers(
  extra: Record<string, string>,
  ...args: readonly string[]
): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    env: { PATH: emptyFolder, ...extra },
    encoding: "utf8",
  });
}

test("without Dovecot the live suites are skipped with a word on what to install", () => {
  const { status, stdout } = runWithoutServers({});
  expect(status).toBe(0);
  expect(stdout).toMatch(/^SKIPPED live suites: dovecot not found \(apt-get install .*dovecot-imapd/);
});

test("in CI a missing Dovecot is a failure", () => {
  const { status, stdout } = runWithoutServers({ CI: "true" });
  expect(status).toBe(1);
  expect(stdout).toContain("SKIPPED live suites");
});

test("what was to run and could not is named", () => {
  const { status, stdout } = runWithoutServers({}, "--only-dovecot", "--", process.execPath, PROGRAM, "imap");
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^SKIPPED node e2e\/dist\/real-servers.js imap: dovecot not found \(apt-get install /,
  );
});
