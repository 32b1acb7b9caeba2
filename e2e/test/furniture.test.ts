import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { publicPackages } from "./public-packages.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function read(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), "utf8");
}

const root = JSON.parse(read("package.json"));

describe.each(publicPackages)("$name", ({ name, shortName }) => {
  const manifest = JSON.parse(read("packages", shortName, "package.json"));

  test("carries the project's licence, which npm puts into the tarball from the package's folder only", () => {
    expect(read("packages", shortName, "LICENSE")).toBe(read("LICENSE"));
    expect(manifest.license).toBe(root.license);
  });

  test("says where it comes from and what it runs on", () => {
    const { homepage, repository, engines, publishConfig, sideEffects, type } = manifest;
    expect({ homepage, repository, engines, publishConfig, sideEffects, type }).toEqual({
      homepage: `https://github.com/mailwright/mailwright/tree/main/packages/${shortName}#readme`,
      repository: {
        type: "git",
        url: "git+https://github.com/mailwright/mailwright.git",
        directory: `packages/${shortName}`,
      },
      engines: root.engines,
      publishConfig: { access: "public", provenance: true },
      sideEffects: false,
      type: "module",
    });
  });

  test("has a README under its name, which the project's README links", () => {
    expect(read("packages", shortName, "README.md").split("\n")[0]).toBe(`# ${name}`);
    expect(read("README.md")).toContain(`[\`${name}\`](packages/${shortName})`);
  });
});

test("the version managers' file names a release that the packages support", () => {
  const [, floor = ""] = /^>=(\d+)/.exec(root.engines.node) ?? [];
  expect(read(".nvmrc").trim()).toBe(floor);
});

test("who opens an issue or a pull request is asked what a maintainer needs", () => {
  for (const file of ["ISSUE_TEMPLATE/bug.yml", "ISSUE_TEMPLATE/wish.yml", "PULL_REQUEST_TEMPLATE.md"]) {
    expect(existsSync(join(ROOT, ".github", file)), file).toBe(true);
  }
  const bug = read(".github/ISSUE_TEMPLATE/bug.yml");
  for (const { shortName } of publicPackages)
    expect(bug).toMatch(new RegExp(`options: \\[.*\\b${shortName}\\b`));
});
