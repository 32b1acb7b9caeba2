import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { publicPackages } from "../public-packages.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PRELUDE = fileURLToPath(new URL("./prelude.d.ts", import.meta.url));

/** Every example of the documentation, by a file name that says where it stands. */
function readExamples(): Map<string, string> {
  const packages = readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}/README.md`);
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map(
    (name) => `docs/${name}`,
  );
  const examples = new Map<string, string>();
  for (const path of ["README.md", "SECURITY.md", ...docs, ...packages].filter((name) =>
    name.endsWith(".md"),
  )) {
    const text = readIfThere(join(ROOT, path));
    for (const { index, 1: code = "" } of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
      const line = text.slice(0, index).split("\n").length;
      examples.set(`${path.replaceAll("/", "_")}_line_${line}.ts`, code);
    }
  }
  return examples;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Examples may leave out imports: every export is there by itself. */
async function declareExports(): Promise<string> {
  const declarations: string[] = [];
  for (const { name: specifier } of publicPackages) {
    for (const exported of Object.keys(await import(specifier))) {
      declarations.push(`  const ${exported}: typeof import("${specifier}").${exported};`);
    }
  }
  return `export {};\ndeclare global {\n${[...new Set(declarations)].join("\n")}\n}\n`;
}

/** What an example takes from the program around it may be unknown; what it does with ours must be right. */
function withoutUnknownNames(diagnostics: string): string[] {
  return diagnostics
    .split("\n")
    .filter((line) => /error TS/.test(line) && !/error TS(2304|2552|18004):/.test(line));
}

test("every example in the documentation compiles", { timeout: 120_000 }, async () => {
  const examples = readExamples();
  expect(examples.size).toBeGreaterThan(3);
  const folder = mkdtempSync(join(tmpdir(), "mailwright-documentation-"));
  try {
    symlinkSync(join(ROOT, "e2e", "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    copyFileSync(PRELUDE, join(folder, "prelude.d.ts"));
    writeFileSync(join(folder, "exports.d.ts"), await declareExports());
    // A module of its own each, so that the names of one example do not meet those of another.
    for (const [name, code] of examples) writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    const compilerOptions = {
      ...{ target: "ES2023", lib: ["ES2023", "ESNext.Disposable"], module: "NodeNext", types: ["node"] },
      ...{
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
      },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."] }));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stderr, stdout } = spawnSync(process.execPath, [compiler, "-p", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ stderr, wrong: withoutUnknownNames(stdout) }).toEqual({ stderr: "", wrong: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
