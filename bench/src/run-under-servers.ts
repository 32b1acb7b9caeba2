import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SERVERS = fileURLToPath(new URL("../../e2e/dist/real-servers.js", import.meta.url));

/**
 * Runs one benchmark of this folder again, as the command of a real Dovecot (and Postfix, where that is wanted) that is
 * started for it, and takes over its exit code. Where a server is not installed that is told, with what to install, and
 * nothing fails.
 */
export async function runUnderServers(
  benchmark: string,
  { withPostfix = false }: { readonly withPostfix?: boolean } = {},
): Promise<void> {
  if (!existsSync(SERVERS)) throw new Error("e2e is not built: npx pnpm@10 bench builds it");
  const servers = withPostfix ? [] : ["--only-dovecot"];
  const args = [SERVERS, ...servers, "--", process.execPath, benchmark];
  const [code] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
  process.exitCode = Number(code ?? 1);
}
