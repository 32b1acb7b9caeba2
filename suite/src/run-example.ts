import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The blocks of code in one language of a Markdown text. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, code = ""]) => code,
  );
}

/**
 * Runs a block as a program in a folder below `beside` (a package's `test`), where the package's own name resolves
 * to it, and returns what it printed. Rejects when the program fails or does not end.
 */
export async function runExample(code: string, beside: string): Promise<string> {
  const folder = await mkdtemp(join(beside, "example-"));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { timeout: 120_000 });
    return stdout + stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
