import { expect, test } from "vitest";
import { runDemo } from "./run-demo.js";

test("with --once alone it tours its own servers and exits 0", async () => {
  const { code, stdout, stderr } = await runDemo(["--once"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toMatch(/IMAP ada@example\.test █+ 33\/33 messages/);
  expect(stdout).toMatch(/POP3 bob@example\.test █+ 33\/33 messages/);
  expect(stdout).toMatch(/Projekte\/Übersicht/);
  expect(stdout).toContain("Delivery: partial, 2 of 3 recipients");
  expect(stdout).toMatch(/✗ nobody@example\.test +rejected +550 5\.1\.1/);
  expect(stdout).toMatch(/Arrival: seen by IDLE \d+ ms/);
  expect(stdout).toContain("attachment is the same byte for byte");
  expect(stdout).toContain("POP3: fetched the same message");
  expect(stdout).toMatch(/smtp +1 opened/);
}, 120_000);

test("--help says how to use it", async () => {
  const { code, stdout } = await runDemo(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("MAILWRIGHT_PASSWORD");
});
