import { fileURLToPath } from "node:url";
import { codeBlocks, missingFromTables, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";
import { resolveMessageLimits } from "../src/message/message-limits.js";
import { resolveSmtpOptions } from "../src/smtp-options.js";

const sources = new SourceFiles("smtp");
const { readme } = sources;
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs, and Node exits by itself", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  const stdout = await runExample(example, here);
  expect(stdout.split("\n")).toEqual([
    "accepted",
    "bob@example.org accepted 250",
    "carol@example.org accepted 250",
    "",
  ]);
});

test.each([
  ["SmtpClientOptions", "smtp-options.ts"],
  ["SmtpTimeouts", "smtp-limits.ts"],
  ["MessageLimits", "message-limits.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(3);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every default in the README's tables is the one in the code", () => {
  const { timeouts } = resolveSmtpOptions({ server: { host: "mail.example.com" } });
  for (const [name, value] of Object.entries({ ...timeouts, ...resolveMessageLimits() })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    expect(shown.replace(/[ `]/g, ""), name).toBe(String(value));
  }
});

test("every value that the package exports is named in the README", async () => {
  const names = Object.keys(await import("../src/index.js"));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
