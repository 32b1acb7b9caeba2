import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { until } from "@mailwright/suite";
import type { MailServers } from "@mailwright/testing";

const DEMO = fileURLToPath(new URL("../../dist/demo.js", import.meta.url));

/** Where a mailbox keeps its data, and the servers that its accounts are on. */
export interface ServeOptions {
  readonly data: string;
  /** The file with the servers' certificate. */
  readonly ca: string;
  readonly mail: MailServers;
  /** A key that may read. */
  readonly key: string;
}

/** `serve` as a process of its own, asked by its API. */
export interface ServeProcess {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  /** Waits until every account has been read to its end. */
  untilLive(): Promise<void>;
  /** Ends it by a signal; answers with its exit code, which a killed one has none of. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

/** Starts `serve` on a free port. */
export async function startServe({ data, ca, mail, key }: ServeOptions): Promise<ServeProcess> {
  const child = spawn(process.execPath, [DEMO, "serve"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      MAILWRIGHT_DATA: data,
      MAILWRIGHT_PORT: "0",
      MAILWRIGHT_ALLOW_HOSTS: mail.host,
      MAILWRIGHT_ALLOW_PORTS: String(mail.imap.tlsPort),
      NODE_EXTRA_CA_CERTS: ca,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")]);
  const url = /is at (http:\S+?)\/ /.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`It did not start: ${line}`);
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    url,
    get,
    async untilLive() {
      await until(async () => {
        // Each look costs the process a few statements.
        await sleep(200);
        const { accounts } = await get<{ accounts: { state: string }[] }>("/status");
        return accounts.every(({ state }) => state === "live");
      }, 300_000);
    },
    async end(signal) {
      const exit = once(child, "exit");
      child.kill(signal);
      const [code] = await exit;
      return code;
    },
  };
}
