import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A package that is published. */
export interface PublicPackage {
  /** Such as `@mailwright/imap`. */
  readonly name: string;
  /** Such as `imap`: its folder below `packages`. */
  readonly shortName: string;
  readonly folder: string;
  /** What it brings along to a user, by name. */
  readonly dependencies: readonly string[];
}

const PACKAGES = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Every package below `packages`. */
export const publicPackages: readonly PublicPackage[] = readdirSync(PACKAGES)
  .filter((shortName) => existsSync(join(PACKAGES, shortName, "package.json")))
  .map((shortName) => {
    const folder = join(PACKAGES, shortName);
    const { name, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { name, shortName, folder, dependencies: Object.keys(dependencies) };
  });
