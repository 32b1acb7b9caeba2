import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "@mailwright/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followProcess, type RunningProcess } from "../suites/cli/cli-process.js";
import { startPostgresql } from "../suites/start-postgresql.js";
import { type BuiltImage, buildImage, missingBuilder } from "./build-image.js";
import { readCompose, readDeployFile, readEnvironmentFile, readUnit } from "./read-deployment.js";
import { inMountNamespace, runConfined } from "./run-confined.js";
import { allowedCalls } from "./system-calls.js";

/** The user `node` of the image. */
const NODE = 1_000;
const NOBODY = 65_534;
const FILLED: Readonly<Record<string, string>> = {
  ...readEnvironmentFile(readDeployFile("mailwright.env.example")),
  MAILWRIGHT_KEY: `k1:${randomBytes(32).toString("base64")}`,
  MAILWRIGHT_METRICS_TOKEN: randomBytes(24).toString("hex"),
  POSTGRES_PASSWORD: randomBytes(24).toString("hex"),
};

describe.skipIf(missingBuilder() !== undefined)("what deploy/ builds", () => {
  let image: BuiltImage;
  const folders: string[] = [];

  beforeAll(async () => {
    image = await buildImage();
  });

  afterAll(async () => {
    await image?.remove();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  test("serves from the image as a user without rights, keeps its data in the volume, and ends in order", async () => {
    const { Entrypoint, Cmd, User, StopSignal, Volumes } = image.config;
    expect({ User, StopSignal, volumes: Object.keys(Volumes) }).toEqual({
      User: "node",
      StopSignal: "SIGTERM",
      volumes: ["/data"],
    });
    const { uid, mode } = statSync(join(image.root, "data"));
    expect([uid, mode & 0o777]).toEqual([NODE, 0o700]);
    const [data, port] = [makeFolder(NODE), await freePort()];
    const environment = { MAILWRIGHT_URL: `http://localhost:${port}`, MAILWRIGHT_PORT: String(port) };
    const run = (command: readonly string[]): RunningProcess =>
      followProcess(runConfined({ image, data, command, environment }));
    const server = run([...Entrypoint, ...Cmd]);
    await server.line(/^Mailwright is at/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ ready: true })]);
    const page = await fetch(`http://localhost:${port}/`, { headers: { accept: "text/html" } });
    const [, script = ""] = /src="([^"]+\.js)"/.exec(await page.text()) ?? [];
    expect((await fetch(`http://localhost:${port}${script}`)).headers.get("content-type")).toMatch(
      /javascript/,
    );
    expect(await ended(run(healthcheck()))).toBe(0);
    // As somebody enters a container: the verb asks the program that runs.
    const doctor = run([...Entrypoint, "doctor"]);
    expect([await ended(doctor), doctor.said]).toEqual([
      0,
      expect.arrayContaining([expect.stringMatching(/lock: a running program/)]),
    ]);
    expect(readFileSync(`/proc/${server.child.pid}/status`, "utf8")).toMatch(
      /^Uid:\t1000\t1000(.|\n)*^CapEff:\t0+$(.|\n)*^NoNewPrivs:\t1$/m,
    );
    expect(await server.end("SIGTERM")).toBe(0);
    expect(await ended(run(healthcheck()))).toBe(1);
    expect(statSync(join(data, "key")).mode & 0o777).toBe(0o600);
  });

  test("says what it needs when it is started with nothing said", async () => {
    const command = [...image.config.Entrypoint, ...image.config.Cmd];
    const server = followProcess(runConfined({ image, data: makeFolder(NODE), command, environment: {} }));
    expect([await ended(server), server.said]).toEqual([2, [expect.stringMatching(/MAILWRIGHT_URL/)]]);
  });

  test("the image has the program, and not what builds and tests it", () => {
    const files = execFileSync("find", [join(image.root, "app"), "-maxdepth", "1", "-printf", "%f\n"], {
      encoding: "utf8",
    });
    expect(files.trim().split("\n").sort()).toEqual(["app", "dist", "node_modules", "package.json", "src"]);
    const [kilobytes = ""] = execFileSync("du", ["-sk", join(image.root, "app")], { encoding: "utf8" }).split(
      "\t",
    );
    console.log(`/app of the image: ${Math.round(Number(kilobytes) / 1_024)} MB`);
  });

  test("serve and worker of the compose file run on one PostgreSQL, and their health checks see it", async () => {
    const postgresql = await startPostgresql();
    if (postgresql === undefined) return;
    const { services } = readCompose(FILLED);
    const DATABASE_URL = await postgresql.createDatabase();
    const start = async (name: string, port: string) => {
      const { command = [], environment = {} } = services[name] ?? {};
      const given = { ...environment, DATABASE_URL, [port]: String(await freePort()) };
      const data = makeFolder(NODE);
      const run = (words: readonly string[]): RunningProcess =>
        followProcess(runConfined({ image, data, command: words, environment: given }));
      return { run, process: run([...image.config.Entrypoint, ...command]) };
    };
    const serve = await start("serve", "MAILWRIGHT_PORT");
    const worker = await start("worker", "MAILWRIGHT_WORKER_PORT");
    await Promise.all([serve.process.line(/^Mailwright is at/), worker.process.line(/^Worker .* holds/)]);
    for (const { run } of [serve, worker]) expect(await ended(run(healthcheck()))).toBe(0);
    for (const { process: running } of [serve, worker]) expect(await running.end("SIGTERM")).toBe(0);
    for (const { run } of [serve, worker]) expect(await ended(run(healthcheck()))).toBe(1);
    await postgresql.stop();
  });

  test("runs as the systemd unit has it run, with no system call that its filter refuses", async () => {
    const folder = makeFolder(NOBODY);
    // Node may be elsewhere on this machine, which the unit's readers know of theirs.
    const path = join(folder, "mailwright.service");
    writeFileSync(
      path,
      readDeployFile("mailwright.service").replace("=/usr/bin/node", `=${process.execPath}`),
    );
    const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
    expect([verified.status, verified.stdout + verified.stderr]).toEqual([0, ""]);
    const unit = readUnit();
    const [node = "", ...args] = unit.get("ExecStart")?.[0]?.split(" ") ?? [];
    expect([node, args[0]]).toEqual(["/usr/bin/node", "/opt/mailwright/dist/demo.js"]);
    const port = String(await freePort());
    const own = unit.get("Environment")?.flatMap((line) => line.split(" ")) ?? [];
    const given = { ...FILLED, MAILWRIGHT_URL: `http://localhost:${port}`, MAILWRIGHT_PORT: port };
    const variables = [...own, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)];
    const calls = join(folder, "calls");
    const script = `
      mount -t tmpfs tmpfs /opt && mkdir /opt/mailwright && mount --bind "$APP" /opt/mailwright
      mount -t tmpfs tmpfs /var/lib && mkdir -m "$MODE" /var/lib/mailwright && chown nobody /var/lib/mailwright
      mount -t proc -o subset=pid proc /proc
      umask "$MASK"
      exec strace -D -f -qq -c -S name -U name -o "$CALLS" -u nobody /usr/bin/env -i -- "$@"`;
    const server = followProcess(
      inMountNamespace(script, [...variables, process.execPath, ...args], {
        APP: join(image.root, "app"),
        MODE: unit.get("StateDirectoryMode")?.[0] ?? "",
        MASK: unit.get("UMask")?.[0] ?? "",
        CALLS: calls,
      }),
    );
    await server.line(/^Mailwright is at/);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect(await server.end("SIGTERM")).toBe(0);
    const used = await readCalls(calls);
    expect(used.length).toBeGreaterThan(30);
    const allowed = allowedCalls(unit.get("SystemCallFilter") ?? []);
    expect(used.filter((name) => !allowed.has(name))).toEqual([]);
  });

  const healthcheck = (): readonly string[] => image.config.Healthcheck.Test.slice(1);

  function makeFolder(owner: number): string {
    const folder = mkdtempSync(join(tmpdir(), "mailwright-volume-"));
    chownSync(folder, owner, owner);
    folders.push(folder);
    return folder;
  }
});

/** The exit code of a process, when it has one. */
async function ended({ child }: RunningProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, "exit");
  return child.exitCode;
}

/** The names of the calls that strace counted; it writes them when what it follows has ended. */
async function readCalls(file: string): Promise<string[]> {
  const read = (): string[] => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
  await until(async () => read().includes("total"));
  return read().filter((name) => /^[a-z]\w+$/.test(name) && !["syscall", "total"].includes(name));
}
