import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const DECISIONS = fileURLToPath(new URL("../../../docs/decisions", import.meta.url));

test("every decision has a number of its own, none is left out, and its title says the same", () => {
  const files = readdirSync(DECISIONS)
    .filter((name) => /^\d{4}-/.test(name))
    .sort();
  expect(files.length).toBeGreaterThan(20);
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  for (const name of files) {
    const [title] = readFileSync(`${DECISIONS}/${name}`, "utf8").split("\n", 1);
    expect(title, name).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
  }
});
