import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publicPackages } from "../public-packages.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Packs every package as it is published; the tarballs by short name, such as `imap`. */
export async function packTarballs(folder: string): Promise<Readonly<Record<string, string>>> {
  for (const { name } of publicPackages) {
    await run("pnpm", ["--filter", name, "pack", "--pack-destination", folder], { cwd: ROOT });
  }
  const files = await readdir(folder);
  return Object.fromEntries(
    publicPackages.map(({ shortName }) => [
      shortName,
      join(folder, files.find((file) => file.startsWith(`mailwright-${shortName}-`)) ?? ""),
    ]),
  );
}
