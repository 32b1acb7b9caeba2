import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "@mailwright/suite";
import pg from "pg";

/** A PostgreSQL for tests. */
export interface TestPostgresql {
  /** A new, empty database on it. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";
/** The server refuses to run as root; `nobody` has no files to lose. */
const NOBODY = 65_534;

/**
 * Starts the machine's PostgreSQL on a data folder of its own, on loopback; or uses the one of MAILWRIGHT_PG (the
 * address of a database whose user may create others). `undefined`, with word of it, where neither is there.
 */
export async function startPostgresql(): Promise<TestPostgresql | undefined> {
  const given = process.env["MAILWRIGHT_PG"];
  if (given !== undefined) return toServer(given, async () => {});
  const programs = findPrograms();
  if (programs === undefined) {
    const text = "PostgreSQL is neither installed (apt-get install postgresql) nor named by MAILWRIGHT_PG";
    if (process.env["CI"]) throw new Error(text);
    console.log(`SKIPPED the suites on PostgreSQL: ${text}`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "mailwright-pg-"));
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (identity.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const init = [
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
  ];
  const made = spawnSync(join(programs, "initdb"), init, { ...identity, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = [
    "-c",
    "fsync=off",
    "-c",
    `unix_socket_directories=${folder}`,
    "-c",
    "listen_addresses=127.0.0.1",
  ];
  const args = ["-D", data, "-p", String(port), ...settings];
  const server = spawn(join(programs, "postgres"), args, { ...identity, cwd: folder, stdio: "ignore" });
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await until(() => canConnect(url));
  return toServer(url, async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
}

let made = 0;

function toServer(url: string, stop: () => Promise<void>): TestPostgresql {
  const names: string[] = [];
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  return {
    async createDatabase() {
      made += 1;
      const name = `mailwright_test_${process.pid}_${made}`;
      await run(`create database ${name}`);
      names.push(name);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return own.toString();
    },
    async stop() {
      for (const name of names) await run(`drop database ${name} with (force)`);
      await stop();
    },
  };
}

function findPrograms(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const folders = readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin"));
  return folders.filter((folder) => existsSync(join(folder, "postgres"))).at(-1);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
