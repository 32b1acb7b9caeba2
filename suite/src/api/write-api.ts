import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiListing } from "./api-listing.js";

/**
 * Writes `api.md` of every package from its built declarations; with `--check` it only says which are out of date,
 * and fails.
 */
const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));
const isCheck = process.argv.includes("--check");
const outdated: string[] = [];
for (const name of readdirSync(packages).filter((name) => existsSync(join(packages, name, "package.json")))) {
  const path = join(packages, name, "api.md");
  const listing = apiListing(join(packages, name));
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (listing === before) continue;
  outdated.push(`packages/${name}/api.md`);
  if (!isCheck) writeFileSync(path, listing);
}
if (outdated.length > 0)
  process.stdout.write(`${isCheck ? "Out of date" : "Written"}: ${outdated.join(", ")}\n`);
if (isCheck && outdated.length > 0) {
  process.stdout.write("The public API has changed: run `npx pnpm@10 api` and commit what it writes.\n");
  process.exitCode = 1;
}
