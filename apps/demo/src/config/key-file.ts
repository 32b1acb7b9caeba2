import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type NamedKey, parseKeys } from "./parse-keys.js";

/** The keys in the data folder's file; a new one, readable by its owner only, where there is no file yet. */
export async function readKeyFile(dataFolder: string): Promise<readonly [NamedKey, ...NamedKey[]]> {
  const path = join(dataFolder, "key");
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const fresh = `k1:${randomBytes(32).toString("base64")}`;
  try {
    await writeFile(path, `${fresh}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    await chmod(path, 0o600);
  }
  return parseKeys((await readFile(path, "utf8")).trim());
}
