import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { publicPackages } from "../public-packages.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const architecture = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const contributing = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");

/** The cells of the table's row that begins with the given word. */
function rowOf(name: string, text: string): string {
  return text.split("\n").find((line) => new RegExp(`^\\| ${name} +\\|`).test(line)) ?? "";
}

function foldersOf(folder: string): string[] {
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
}

describe.each(publicPackages)("$name", ({ shortName, folder }) => {
  const src = join(folder, "src");
  const row = rowOf(shortName, architecture);

  test("has every folder in the order that docs/architecture.md shows", () => {
    const missing = foldersOf(src).filter((name) => !row.includes(`\`${name}/\``));
    expect(missing).toEqual([]);
  });

  test("has what docs/architecture.md shows, and nothing that is gone", () => {
    const files = readdirSync(src, { recursive: true, encoding: "utf8" });
    const named = [...row.matchAll(/`([\w-]+)(\/?)`/g)].map(([, name, slash]) =>
      slash === "/" ? `${name}` : `${name}.ts`,
    );
    expect(named.length).toBeGreaterThan(2);
    const known = new Set(files.flatMap((path) => [path, path.split("/").at(-1) ?? ""]));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

test("CONTRIBUTING sends nobody to a folder that is not there", () => {
  const places: string[] = [];
  for (const line of contributing.split("\n").filter((text) => text.startsWith("| "))) {
    const location = line.split("|").at(-2) ?? "";
    for (const { 1: path = "" } of location.matchAll(/`([\w/-]+\/)`/g)) places.push(path);
    for (const { 1: path = "" } of location.matchAll(/`((?:docs|e2e|suite|bench|apps)\/[\w/-]+)`/g)) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  }
  expect(places.length).toBeGreaterThan(20);
  const folders = new Set(
    publicPackages.flatMap(({ folder }) =>
      readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
        .filter((path) => statSync(join(folder, "src", path)).isDirectory())
        .map((path) => `${path.split("/").at(-1)}/`),
    ),
  );
  expect(places.filter((path) => !folders.has(path))).toEqual([]);
});

test("no folder of sources holds more files than a reader takes in", () => {
  const workspaces = ["apps", "packages"].flatMap((name) =>
    foldersOf(join(ROOT, name)).map((own) => join(name, own)),
  );
  const crowded: string[] = [];
  for (const workspace of [...workspaces, "bench", "e2e", "suite"]) {
    const src = join(ROOT, workspace, "src");
    const folders = readdirSync(src, { recursive: true, withFileTypes: true });
    const counts = new Map<string, number>();
    for (const entry of folders)
      if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
    for (const [folder, count] of counts)
      if (count > 25 && !folder.includes("migrations"))
        crowded.push(`${folder.slice(ROOT.length)}: ${count} files`);
  }
  expect(crowded).toEqual([]);
});
