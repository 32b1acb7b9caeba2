import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where mail clients of the distribution may be, `PATH` or not. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];

/**
 * Whether a program is installed. In CI a missing one counts as installed, so that its suite fails instead of
 * vanishing.
 */
export function isInstalled(program: string): boolean {
  const isFound = FOLDERS.some((folder) => existsSync(join(folder, program)));
  if (!isFound) console.log(`SKIPPED interoperation with ${program}: not installed`);
  return isFound || process.env["CI"] !== undefined;
}

/** Runs a program to its end, which must come within half a minute. */
export async function runProgram(program: string, args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(program, args, {
    env: { ...process.env, PATH: FOLDERS.join(":") },
    stdio: "pipe",
    timeout: 30_000,
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => err.push(bytes));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
