import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceFiles } from "@mailwright/suite";
import { afterEach, beforeEach, expect, test } from "vitest";

const sources = new SourceFiles("parser");
const PACKAGE = sources.root;
const PROGRAM = `
import { parseInWorkers } from "./dist/index.js";
let count = 0;
try {
  for await (const result of parseInWorkers(Array(20).fill(Buffer.from("Subject: a\\n\\n")), { workers: 2 })) count++;
} catch ({ name, code, message }) {
  console.log(JSON.stringify({ name, code, message, count }));
}
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailwright-worker-"));
  cpSync(join(PACKAGE, "dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(join(PACKAGE, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What bundlers do to the package: they take the modules together and leave the file of the threads behind. */
const BUNDLES: [string, () => void][] = [
  ["that left the file of its threads behind", () => rmSync(join(folder, "dist", "parse-worker.js"))],
  [
    "that took the file without what it imports",
    () => {
      const path = join(folder, "dist", "parse-worker.js");
      writeFileSync(path, `import "./left-behind.js";\n${readFileSync(path, "utf8")}`);
    },
  ],
  [
    "of CommonJS",
    () => {
      const dist = join(folder, "dist");
      for (const file of readdirSync(dist).filter((name) => name.endsWith(".js"))) {
        const text = readFileSync(join(dist, file), "utf8");
        writeFileSync(join(dist, file), text.replace("import.meta.url", "{}.url"));
      }
    },
  ],
];

test.each(BUNDLES)("a bundle %s is told what is missing, once", (_name, bundle) => {
  bundle();
  writeFileSync(join(folder, "program.js"), PROGRAM);
  const { stdout, stderr } = spawnSync(process.execPath, ["program.js"], { cwd: folder, encoding: "utf8" });
  expect(JSON.parse(stdout || "{}"), stderr).toEqual({
    name: "MailError",
    code: "invalid-argument",
    message: expect.stringContaining("parse-worker.js"),
    count: 0,
  });
});
