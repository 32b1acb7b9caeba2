import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { satisfies } from "semver";
import { expect, test } from "vitest";
import { publicPackages } from "./public-packages.js";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The lowest releases of Node that the packages promise to run on. */
const SUPPORTED = ["20.19.0", "22.12.0", "24.0.0"];

/** Where Node would find a package from a folder; `undefined` for an optional one that is not installed. */
function find(name: string, folder: string): string | undefined {
  const candidate = join(folder, "node_modules", name);
  if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
  return dirname(folder) === folder ? undefined : find(name, dirname(folder));
}

/** What runs at a user's: the dependencies of a package, theirs, and so on, by name and version. */
function collect(folder: string, found: Map<string, Manifest>): Map<string, Manifest> {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const key = `${manifest.name}@${manifest.version}`;
  if (found.has(key)) return found;
  found.set(key, manifest);
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const dependency = find(name, folder);
    if (dependency !== undefined) collect(dependency, found);
  }
  return found;
}

test.each(publicPackages)(
  "every dependency of $name supports the Node releases that it promises",
  ({ folder, dependencies }) => {
    const found = collect(folder, new Map());
    expect(found.size).toBeGreaterThan(dependencies.length);
    const unfit = [...found].filter(([, { engines }]) =>
      SUPPORTED.some((version) => engines?.node !== undefined && !satisfies(version, engines.node)),
    );
    expect(unfit.map(([key, { engines }]) => `${key} wants Node ${engines?.node}`)).toEqual([]);
  },
);
