import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROUNDS = 11;

/** A package as it is installed in a project. */
export interface Importable {
  readonly folder: string;
  readonly specifier: string;
}

/** What importing a package costs a new process, beyond one that imports nothing. */
export interface ImportCost {
  /** What somebody waits for it: to print, never to assert. */
  readonly wallMs: number;
  readonly processorMs: number;
  /** The processor time in units of what Node itself takes to start and end: the number to assert. */
  readonly ofNode: number;
}

/**
 * Of new processes, which take turns with each other and with processes that import nothing: the median of what is waited,
 * and the least processor time, since what else a machine does can only add to that.
 */
export async function importCosts(imports: readonly Importable[]): Promise<ImportCost[]> {
  const programs = [
    { folder: ".", code: "" },
    ...imports.map(({ folder, specifier }) => ({ folder, code: `import "${specifier}";` })),
  ];
  const runs = programs.map(() => ({ wallMs: [] as number[], processorMs: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, { folder, code }] of programs.entries()) {
      const start = performance.now();
      const processorMs = await processorTimeOf(folder, code);
      runs[place]?.wallMs.push(performance.now() - start);
      runs[place]?.processorMs.push(processorMs);
    }
  }
  const [empty, ...costs] = runs.map((times) => ({
    wallMs: medianOf(times.wallMs),
    processorMs: Math.min(...times.processorMs),
  }));
  if (empty === undefined) throw new Error("Nothing was measured");
  return costs.map((cost) => {
    const processorMs = cost.processorMs - empty.processorMs;
    return { wallMs: cost.wallMs - empty.wallMs, processorMs, ofNode: processorMs / empty.processorMs };
  });
}

/** What an environment may add to Node's own start, as more certificates do, must not hide what an import costs. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...environment } = process.env;

async function processorTimeOf(cwd: string, code: string): Promise<number> {
  const told = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code + told], {
    cwd,
    env: environment,
  });
  return Number(stdout);
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
