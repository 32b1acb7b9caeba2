import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../dist/real-servers.js", import.meta.url));

/** Processes whose command line names the folder: the servers' masters and their guard. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return command.includes(folder) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

async function waitFor(isSo: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isSo() && Date.now() < deadline) await sleep(50);
}

/** Starts servers of its own and waits until the program has printed where they are. */
async function start(
  ...options: string[]
): Promise<{ child: ChildProcessByStdio<Writable, Readable, null>; folder: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...options], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  const folder = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /"maildirRoot":"(.*)\/mail"/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`No servers: ${output}`)));
  });
  return { child, folder };
}

async function expectNothingLeft(folder: string): Promise<void> {
  await waitFor(() => !existsSync(folder) && processesOf(folder).length === 0, 20_000);
  expect(existsSync(folder)).toBe(false);
  expect(processesOf(folder)).toEqual([]);
}

describe.concurrent("the servers of another run", { timeout: 120_000 }, () => {
  test.for([
    ["has failed", 'echo "$MAILWRIGHT_LIVE"; read -r line; exit 3', 3],
    ["was killed", 'echo "$MAILWRIGHT_LIVE"; read -r line; kill -9 $$', 128 + 9],
  ] as const)("are gone when the command %s, and its exit code is passed on", async ([, script, status]) => {
    const { child, folder } = await start("--", "sh", "-c", script);
    expect(processesOf(folder).length).toBeGreaterThan(5);
    child.stdin.end("go on\n");
    const [code] = await once(child, "exit");
    expect(code).toBe(status);
    await expectNothingLeft(folder);
  });

  test.for(["SIGINT", "SIGTERM", "SIGKILL"] as const)("are gone after %s", async (signal) => {
    const { child, folder } = await start("--keep");
    expect(processesOf(folder).length).toBeGreaterThan(5);
    child.kill(signal);
    await once(child, "exit");
    await expectNothingLeft(folder);
  });
});
