import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages } from "./public-packages.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PUBLIC = publicPackages.map(({ shortName }) => shortName);

let clone: string;

function runInClone(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: clone, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function commitAll(): void {
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.test"];
  runInClone("git", "add", "--all");
  runInClone("git", ...author, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "test");
}

/** The tracked and new files of this checkout as a repository of its own, so that uncommitted work counts too. */
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), "mailwright-release-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "buffer",
  });
  const list = files
    .toString()
    .split("\0")
    .filter((file) => file !== "");
  const archive = execFileSync("tar", ["-cf", "-", "--ignore-failed-read", ...list], {
    cwd: ROOT,
    maxBuffer: 2 ** 30,
  });
  execFileSync("tar", ["-xf", "-"], { cwd: clone, input: archive });
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  runInClone("git", "init", "--quiet", "--initial-branch=main");
  commitAll();
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

interface Manifest {
  readonly version: string;
  readonly private?: boolean;
  readonly publishConfig?: { readonly access: string; readonly provenance: boolean };
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(clone, path, "package.json"), "utf8"));
}

test("a change affects the workspace that it touches and those that depend on it", () => {
  appendFileSync(join(clone, "packages/pop3/src/index.ts"), "\n// changed\n");
  commitAll();
  const affected = JSON.parse(runInClone(".ci/affected", "HEAD~1"));
  expect(affected).toContain("@mailwright/pop3");
  for (const sibling of PUBLIC.filter((name) => name !== "pop3")) {
    expect(affected).not.toContain(`@mailwright/${sibling}`);
  }
  expect(JSON.parse(runInClone(".ci/affected", "HEAD"))).toEqual([]);
  expect(JSON.parse(runInClone(".ci/affected", "0".repeat(40)))).toEqual(
    expect.arrayContaining(PUBLIC.map((name) => `@mailwright/${name}`)),
  );
});

const isReleased =
  JSON.parse(readFileSync(join(ROOT, "packages/core/package.json"), "utf8")).version !== "0.0.0";

test.skipIf(isReleased)(
  "the first release gives every public package its own 0.1.0 and a changelog, and publishes nothing private",
  () => {
    runInClone(join(ROOT, "node_modules/.bin/changeset"), "version");
    for (const name of PUBLIC) {
      const { version, publishConfig, private: isPrivate } = manifest(`packages/${name}`);
      expect({ name, version, isPrivate }).toEqual({ name, version: "0.1.0", isPrivate: undefined });
      expect(publishConfig).toEqual({ access: "public", provenance: true });
      expect(readFileSync(join(clone, "packages", name, "CHANGELOG.md"), "utf8")).toContain("## 0.1.0");
    }
    for (const path of ["apps/demo", "bench", "e2e"]) {
      expect({ path, private: manifest(path).private, version: manifest(path).version }).toEqual({
        path,
        private: true,
        version: "0.0.0",
      });
    }
    expect(readdirSync(join(clone, ".changeset"))).toEqual(["config.json"]);
  },
);
