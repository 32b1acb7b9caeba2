import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicPackages } from "../public-packages.js";
import { type InstalledProject, installInEmptyProject } from "./empty-project.js";
import { importCosts } from "./import-costs.js";
import { packTarballs } from "./pack-tarballs.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAMS = fileURLToPath(new URL("./programs/", import.meta.url));
const NODE_TYPES = join(ROOT, "e2e", "node_modules", "@types");
const OLDER_COMPILERS = ["typescript@~6.0.0", "typescript@~5.9.0"];

/** Beside ours, a package may bring along one library that it wraps, with that one's own dependencies, and nothing else. */
const WRAPPED: Readonly<Record<string, string>> = {
  imap: "imapflow",
  parser: "mailparser",
  smtp: "nodemailer",
};
/** What it does the work of without bringing it along: for the figures. */
const INSTEAD_OF: Readonly<Record<string, string>> = { pop3: "node-pop3@0.11.0" };
/** Test servers may bring more, as long as all of it is small. */
const MAY_BRING_MORE = ["testing"];
const MAX_BYTES_OF_MORE = 5_000_000;
/**
 * What importing a package may cost at most, in units of what Node itself takes to start: about twice what it does, and
 * less than it did with a file for each module.
 */
const MOST_OF_NODE: Readonly<Record<string, number>> = {
  core: 1,
  imap: 2,
  mime: 1.2,
  parser: 3.2,
  pop3: 2,
  providers: 0.9,
  smtp: 3.2,
  testing: 18,
};
const PACKAGES = publicPackages.map(({ shortName }) => shortName);

let tarballs: Readonly<Record<string, string>>;
const folders: string[] = [];
const report: Record<string, object> = {};

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-install-"));
  folders.push(folder);
  return folder;
}

async function install(specifiers: readonly string[]): Promise<InstalledProject> {
  const project = await installInEmptyProject(specifiers);
  folders.push(project.folder);
  return project;
}

beforeAll(async () => {
  const folder = await makeFolder();
  tarballs = await packTarballs(folder);
});

afterAll(async () => {
  console.table(report);
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** The tarballs of a package and of those of ours that it needs, which no registry has yet. */
function tarballsFor(name: string): string[] {
  const needed = new Set([name]);
  for (const shortName of needed) {
    const { dependencies = [] } = publicPackages.find((candidate) => candidate.shortName === shortName) ?? {};
    for (const { shortName } of publicPackages.filter((other) => dependencies.includes(other.name))) {
      needed.add(shortName);
    }
  }
  return [...needed].map((shortName) => tarballs[shortName] ?? "");
}

/** A library as a package asks for it, such as `imapflow@2.1.2`. */
async function asAskedFor(library: string, name: string): Promise<string> {
  const { stdout } = await run("tar", ["xzOf", tarballs[name] ?? "", "package/package.json"]);
  return `${library}@${JSON.parse(stdout).dependencies[library]}`;
}

/** From the call of `startMailServers` until the servers listen, in a new process; medians, in ms. */
async function timeToReady(folder: string): Promise<{ wall: number; processor: number }> {
  const code = `
    import { startMailServers } from "@mailwright/testing";
    const start = performance.now();
    const usage = process.cpuUsage();
    const mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
    const { user, system } = process.cpuUsage(usage);
    console.log(performance.now() - start, (user + system) / 1000);
    await mail.stop();`;
  const times: number[][] = [];
  for (let round = 0; round < 7; round++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: folder });
    times.push(stdout.trim().split(" ").map(Number));
  }
  const median = (index: number): number =>
    Math.round(times.map((pair) => pair[index] ?? 0).sort((a, b) => a - b)[3] ?? 0);
  return { wall: median(0), processor: median(1) };
}

describe.each(PACKAGES)("@mailwright/%s installed alone into an empty project", (name) => {
  let project: InstalledProject;

  beforeAll(async () => {
    project = await install(tarballsFor(name));
  });

  test("imports as ESM and through require()", async () => {
    const specifier = `@mailwright/${name}`;
    const esm = `console.log(Object.keys(await import("${specifier}")).length)`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", esm], {
      cwd: project.folder,
    });
    expect(Number(stdout)).toBeGreaterThan(0);
    const cjs = `console.log(Object.keys(require("${specifier}")).filter((key) => key !== "__esModule").length)`;
    const required = await run(process.execPath, ["--input-type=commonjs", "-e", cjs], {
      cwd: project.folder,
    });
    expect(required.stdout).toBe(stdout);
  });

  test("holds code, types, licence and readme, and neither tests, sources, maps nor build files", async () => {
    const { stdout } = await run("tar", ["tzf", tarballs[name] ?? ""]);
    const files = stdout.split("\n");
    for (const file of ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]) {
      expect(files).toContain(`package/${file}`);
    }
    const { stdout: manifest } = await run("tar", ["xzOf", tarballs[name] ?? "", "package/package.json"]);
    expect(manifest).not.toMatch(/"(workspace|catalog):/);
    expect(files.filter((file) => /\/(?:test|src)\/|\.map$|tsbuildinfo|turbo|tsconfig/.test(file))).toEqual(
      [],
    );
  });

  test("brings along what the wrapped library brings and nothing else, and is imported quickly", async () => {
    const library = WRAPPED[name];
    const peer = library === undefined ? INSTEAD_OF[name] : await asAskedFor(library, name);
    const alone = peer === undefined ? undefined : await install([peer]);
    const imports = [{ folder: project.folder, specifier: `@mailwright/${name}` }];
    if (alone && peer) imports.push({ folder: alone.folder, specifier: peer.replace(/@[^@]*$/, "") });
    const [ours, theirs] = await importCosts(imports);
    report[name] = {
      "third-party packages": project.thirdParty.length,
      "size, kB": Math.round(project.sizeBytes / 1000),
      "import, ms": Math.round(ours?.wallMs ?? 0),
      "of processor time": Math.round(ours?.processorMs ?? 0),
      "of Node's start": ours?.ofNode.toFixed(2),
      "beside it": peer ?? "",
      "its packages": alone?.thirdParty.length ?? "",
      "its size, kB": alone === undefined ? "" : Math.round(alone.sizeBytes / 1000),
      "its import, ms": theirs === undefined ? "" : Math.round(theirs.wallMs),
      "its of Node's start": theirs?.ofNode.toFixed(2) ?? "",
    };
    expect(ours?.ofNode).toBeLessThan(MOST_OF_NODE[name] ?? 0);
    if (MAY_BRING_MORE.includes(name)) {
      expect(project.thirdParty.length).toBeLessThan(20);
      expect(project.sizeBytes).toBeLessThan(MAX_BYTES_OF_MORE);
    } else expect(project.thirdParty).toEqual(library === undefined ? [] : alone?.thirdParty);
  });

  test.runIf(name === "testing")("starts its servers, and they are ready", async () => {
    const { wall, processor } = await timeToReady(project.folder);
    console.log(
      `@mailwright/testing: ${wall} ms from startMailServers() to ready (${processor} ms of processor time), ` +
        `${Math.round(project.sizeBytes / 1000)} kB installed with all that it needs`,
    );
    expect(processor).toBeGreaterThan(0);
  });

  test.skipIf(MAY_BRING_MORE.includes(name))(
    "loads nothing that others wrote when it is imported",
    async () => {
      // The libraries are CommonJS: what was loaded of them is in the cache of require().
      const code = `
      import { createRequire } from "node:module";
      await import("@mailwright/${name}");
      console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));
    `;
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
        cwd: project.folder,
      });
      expect(JSON.parse(stdout)).toEqual([]);
    },
  );

  test("type-checks a small program with the workspace's compiler, TypeScript 6 and 5.9", async () => {
    await copyFile(join(PROGRAMS, `${name}.ts`), join(project.folder, "program.ts"));
    const compilerOptions = {
      ...{
        target: "ES2023",
        lib: ["ES2023", "ESNext.Disposable"],
        module: "NodeNext",
        strict: true,
        noEmit: true,
      },
      ...{ types: ["node"], typeRoots: [NODE_TYPES], exactOptionalPropertyTypes: true, skipLibCheck: false },
    };
    await writeFile(
      join(project.folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["program.ts"] }),
    );
    for (const compiler of [join(ROOT, "node_modules", "typescript"), ...(await olderCompilers())]) {
      const checked = run(process.execPath, [join(compiler, "bin", "tsc"), "-p", "."], {
        cwd: project.folder,
      });
      const output = await checked.then(
        () => "",
        (error: { stdout: string }) => error.stdout,
      );
      expect(output, `diagnostics of ${compiler}`).toBe("");
    }
  });
});

let installedCompilers: Promise<string[]> | undefined;

function olderCompilers(): Promise<string[]> {
  installedCompilers ??= Promise.all(
    OLDER_COMPILERS.map(async (specifier) =>
      join((await install([specifier])).folder, "node_modules", "typescript"),
    ),
  );
  return installedCompilers;
}
