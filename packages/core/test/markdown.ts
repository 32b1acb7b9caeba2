import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The blocks of code in one language of a Markdown file, named relative to this folder. */
export async function codeBlocks(path: string, language: string): Promise<string[]> {
  const text = await readFile(new URL(path, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, code = ""]) => code,
  );
}

/** Runs a block as a program inside this package, where the package's own name resolves to it. */
export async function runBlock(code: string): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL("markdown-", import.meta.url)));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
    return stdout + stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
