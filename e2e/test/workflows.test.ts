import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${ROOT}.github/workflows/`;
const NEWEST_LIBRARIES = ".ci/use-newest-libraries";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(FOLDER + file, "utf8");
  const content: Workflow = parse(text);
  return { file, text, content };
});

function jobOf(file: string, job: string): Job {
  const found = workflows.find((workflow) => workflow.file === file)?.content.jobs[job];
  if (found === undefined) throw new Error(`${file} has no job ${job}`);
  return found;
}

describe.each(workflows)("$file", ({ text, content }) => {
  test("pins every action by commit and names its version", () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) expect(use).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("gives no job more than reading, except the release", () => {
    expect(Object.values(content.permissions).filter((right) => right !== "read")).toEqual([]);
    for (const [name, job] of Object.entries(content.jobs)) {
      if (job.permissions) expect(name).toBe("release");
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test("runs only scripts that the workspace has", () => {
    const scripts = Object.keys(JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).scripts);
    const known = [...scripts, "install", "turbo", "--filter"];
    const ran = [...text.matchAll(/pnpm@10 ([\w:-]+)/g)].map(([, script]) => script);
    expect(ran.filter((script) => !known.includes(script ?? ""))).toEqual([]);
    const steps = [...text.matchAll(/\.ci\/run ([\w ]+)/g)].flatMap(([, names]) =>
      (names ?? "").trim().split(" "),
    );
    const script = readFileSync(`${ROOT}.ci/run`, "utf8");
    for (const step of steps) expect(script).toMatch(new RegExp(`^step ${step} `, "m"));
  });
});

test("each affected workspace is built, tested and checked on every supported Node", () => {
  const job = jobOf("ci.yml", "package");
  expect(job.strategy?.matrix["workspace"]).toContain("fromJSON(needs.changes.outputs.workspaces)");
  expect(job.strategy?.matrix["node"]).toEqual([20, 22, 24]);
  expect(job.steps.at(-1)?.run).toContain("turbo run build typecheck test check:package --filter=");
});

test("a release is published with provenance", () => {
  expect(jobOf("release.yml", "release").permissions?.["id-token"]).toBe("write");
});

test("the workspace overrides no version, so that users get what the suites ran on", () => {
  expect(Object.keys(parse(readFileSync(`${ROOT}pnpm-workspace.yaml`, "utf8")))).not.toContain("overrides");
});

test("the job with the newest libraries replaces every wrapped library", () => {
  const script = readFileSync(`${ROOT}${NEWEST_LIBRARIES}`, "utf8");
  for (const name of ["imapflow", "mailparser", "nodemailer"]) expect(script).toContain(`${name}: "`);
  expect(jobOf("ci.yml", "newest-libraries").steps.map((step) => step.run)).toContain(NEWEST_LIBRARIES);
});
