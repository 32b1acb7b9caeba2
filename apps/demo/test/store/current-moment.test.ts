import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const STORE = fileURLToPath(new URL("../../src/store/", import.meta.url));

test("no statement asks for what is due with a moment that is not rounded as stored ones are", () => {
  const files = readdirSync(STORE, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(20);
  // What was made due at 12.6 ms is stored as due at 13, and at 12.9 it would not be due.
  const asked = files.filter((name) =>
    /<= ?now\(\)|lte\([^)]*`now\(\)`/.test(readFileSync(`${STORE}${name}`, "utf8")),
  );
  expect(asked).toEqual([]);
});
