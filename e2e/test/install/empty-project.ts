import { execFile } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What npm put into one empty project. */
export interface InstalledProject {
  readonly folder: string;
  /** `name` of every package in node_modules except `@mailwright/*`, sorted, nested copies included. */
  readonly thirdParty: readonly string[];
  /** All of node_modules without npm's own bookkeeping. */
  readonly sizeBytes: number;
}

/** Installs the given specifiers (names with a version, or tarballs) alone into an empty project, with plain npm. */
export async function installInEmptyProject(specifiers: readonly string[]): Promise<InstalledProject> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-install-"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", "--ignore-scripts"];
  await run("npm", ["install", ...flags, ...specifiers], { cwd: folder });
  const modules = join(folder, "node_modules");
  await mkdir(modules, { recursive: true });
  const packages = await listPackages(modules);
  return {
    folder,
    thirdParty: packages.filter((name) => !name.startsWith("@mailwright/")).sort(),
    sizeBytes: await measure(modules),
  };
}

async function listPackages(modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(modules).catch(() => [])) {
    if (entry.startsWith(".")) continue;
    const names = entry.startsWith("@") ? await readdir(join(modules, entry)) : [""];
    for (const name of names) {
      const folder = join(modules, entry, name);
      const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      found.push(manifest.name, ...(await listPackages(join(folder, "node_modules"))));
    }
  }
  return found;
}

async function measure(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true })) {
    const status = await lstat(join(folder, entry));
    if (status.isFile()) sum += status.size;
  }
  return sum;
}
