import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicPackages } from "../public-packages.js";
import { installInEmptyProject } from "./empty-project.js";
import { packTarballs } from "./pack-tarballs.js";

const run = promisify(execFile);
const PROGRAMS = fileURLToPath(new URL("./runtimes/", import.meta.url));
const PLATFORM = `${process.platform}-${process.arch}`;

/** What `smoke.mjs` prints where all is well. */
const WELL = {
  providers: "gmail",
  core: 2,
  mime: "grüße",
  parsed: "grüße",
  streamed: true,
  sent: "accepted",
  pop3: "Subject: One",
  imap: "One",
  testing: 1,
};

test("the program uses every package", () => {
  const used = new Set(Object.keys(WELL));
  const shown = (name: string): boolean => used.has({ parser: "parsed", smtp: "sent" }[name] ?? name);
  expect(publicPackages.filter(({ shortName }) => !shown(shortName))).toEqual([]);
});

/** What ESM that bundles CommonJS needs: docs/runs-where.md tells users so. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const ROLLUP_CONFIG = `
  import commonjs from "@rollup/plugin-commonjs";
  import json from "@rollup/plugin-json";
  import nodeResolve from "@rollup/plugin-node-resolve";
  const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ["node"] }), commonjs(), json()];
  const output = { file: "bundle.mjs", format: "es", inlineDynamicImports: true };
  export default { input: "main.mjs", output, plugins };
`;

const folders: string[] = [];
let mail: MailServers;
let project: string;

beforeAll(async () => {
  const tarballs = await mkdtemp(join(tmpdir(), "mailwright-install-"));
  folders.push(tarballs);
  ({ folder: project } = await installInEmptyProject(Object.values(await packTarballs(tarballs))));
  folders.push(project);
  await cp(PROGRAMS, project, { recursive: true });
  const address = "ada@example.test";
  const messages = ["Subject: One\r\n\r\nHello"];
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", address, messages }] });
});

afterAll(async () => {
  await mail.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Where npm put the packages, beside our own and not among them. */
async function install(...specifiers: string[]): Promise<string> {
  const { folder } = await installInEmptyProject(specifiers);
  folders.push(folder);
  return join(folder, "node_modules");
}

/** Runs a program in the project that has our packages, by default with this Node. */
async function runThere(
  command: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: "", SMOKE: smokeOf("localhost"), ...more };
  const { stdout, stderr } = await run(command, args, { cwd: project, env });
  return `${stdout}${stderr}`;
}

/** What the program is to connect to. */
function smokeOf(host: string): string {
  const ports = { smtp: mail.smtp.tlsPort, pop3: mail.pop3.tlsPort, imap: mail.imap.tlsPort };
  return JSON.stringify({ host, ca: mail.ca, ports });
}

/** The line of JSON among what a runtime prints. */
function resultIn(output: string): unknown {
  const [, json] = /(\{"providers".*?\})\s*(?:END|$)/m.exec(output) ?? [];
  if (json === undefined) throw new Error(`No result in: ${output}`);
  return JSON.parse(json);
}

async function installEsbuild(): Promise<string> {
  return join(await install("esbuild@0.28.2"), "@esbuild", PLATFORM, "bin", "esbuild");
}

describe("every package works", () => {
  test.each(["20.19.0", "22", "24"])("on Node %s", async (version) => {
    const modules = await install(`node-${PLATFORM}@${version}`);
    const node = join(modules, `node-${PLATFORM}`, "bin", "node");
    expect(resultIn(await runThere(node, ["main.mjs"]))).toEqual(WELL);
  });

  test("under Node's --permission with leave to read files", async () => {
    const modules = await install(`node-${PLATFORM}@24`);
    const node = join(modules, `node-${PLATFORM}`, "bin", "node");
    expect(resultIn(await runThere(node, ["--permission", "--allow-fs-read=*", "main.mjs"]))).toEqual(WELL);
  });

  test("on Bun", async () => {
    const modules = await install(`@oven/bun-${PLATFORM.replace("arm64", "aarch64")}@1.4.5`);
    const bun = join(modules, "@oven", `bun-${PLATFORM.replace("arm64", "aarch64")}`, "bin", "bun");
    for (const host of ["localhost", "127.0.0.1"])
      expect(resultIn(await runThere(bun, ["main.mjs"], { SMOKE: smokeOf(host) })), host).toEqual(WELL);
  });

  test("on Deno", async () => {
    const modules = await install(`@deno/${PLATFORM}-glibc@2.9.6`);
    const deno = join(modules, "@deno", `${PLATFORM}-glibc`, "deno");
    const granted = ["--allow-net", "--allow-env", "--allow-read", "--allow-sys"];
    expect(resultIn(await runThere(deno, ["run", "--no-prompt", ...granted, "main.mjs"]))).toEqual(WELL);
  });

  test.each([
    ["CommonJS", ["--format=cjs", "--outfile=esbuild.cjs"]],
    ["ESM with a require()", ["--format=esm", "--outfile=esbuild.mjs", `--banner:js=${REQUIRE}`]],
    ["ESM beside its packages", ["--format=esm", "--outfile=external.mjs", "--packages=external"]],
  ])("bundled by esbuild as %s", async (_what, options) => {
    const esbuild = await installEsbuild();
    await runThere(esbuild, ["main.mjs", "--bundle", "--platform=node", ...options]);
    const file = /--outfile=(.*)/.exec(options[1] ?? "")?.[1] ?? "";
    expect(resultIn(await runThere(process.execPath, [file]))).toEqual(WELL);
  });

  test("bundled by rollup", async () => {
    const plugins = ["commonjs@29.0.3", "json@6.1.0", "node-resolve@16.0.3"];
    const modules = await install("rollup@4.68.7", ...plugins.map((plugin) => `@rollup/plugin-${plugin}`));
    const config = join(modules, "..", "rollup.config.mjs");
    await writeFile(config, ROLLUP_CONFIG);
    await runThere(process.execPath, [join(modules, "rollup", "dist", "bin", "rollup"), "-c", config]);
    expect(resultIn(await runThere(process.execPath, ["bundle.mjs"]))).toEqual(WELL);
  });

  test("built by Vite for servers", async () => {
    const modules = await install("vite@8.3.8");
    const vite = join(modules, "vite", "bin", "vite.js");
    await runThere(process.execPath, [vite, "build", "--ssr", "main.mjs", "--outDir", "vite"]);
    expect(resultIn(await runThere(process.execPath, [join("vite", "main.js")]))).toEqual(WELL);
  });

  test("under Jest with modules switched on", async () => {
    const modules = await install("jest@30.5.2");
    const jest = join(modules, "jest", "bin", "jest.js");
    const args = ["--experimental-vm-modules", jest, "--rootDir", project, "--testMatch", "**/*.test.mjs"];
    expect(resultIn(await runThere(process.execPath, [...args, "--transform", "{}"]))).toEqual(WELL);
  });
});

test.each([
  ["core", "withDeadline"],
  ["mime", "parseDate"],
  ["parser", "htmlToText"],
])("a bundle leaves out what it does not use of %s beside %s", async (name, used) => {
  const esbuild = await installEsbuild();
  const sizeOf = async (what: string): Promise<number> => {
    await writeFile(join(project, "part.mjs"), `export ${what} from "@mailwright/${name}";`);
    const external = ["--external:html-to-text", "--external:mailparser"];
    const options = ["--bundle", "--platform=node", "--format=esm", "--outfile=part.out.mjs", ...external];
    await runThere(esbuild, ["part.mjs", ...options]);
    return (await stat(join(project, "part.out.mjs"))).size;
  };
  const [part, whole] = [await sizeOf(`{ ${used} }`), await sizeOf("*")];
  console.log(`${used}: ${(part / 1000).toFixed(1)} kB of ${(whole / 1000).toFixed(1)}`);
  expect(part).toBeLessThan(whole / 5);
});
