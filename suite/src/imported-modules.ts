import { readFile } from "node:fs/promises";

const IMPORT = /^(?:import|export)\b(?:[^;"']*? from)? ?["']([^"']+)["'];/gm;

/** What importing a package loads. */
export interface ImportedModules {
  /** Its own files, as they are called in the folder of what was built. */
  readonly own: ReadonlySet<string>;
  /** Other packages. */
  readonly packages: ReadonlySet<string>;
}

/** What importing `index.js` in a folder of built files loads: nothing that waits for a first call. */
export async function importedModules(dist: URL): Promise<ImportedModules> {
  const [own, packages] = [new Set<string>(), new Set<string>()];
  const waiting = [new URL("index.js", dist)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (own.has(file.href)) continue;
    own.add(file.href);
    const source = await readFile(file, "utf8");
    for (const [, name = ""] of source.matchAll(IMPORT)) {
      if (name.startsWith(".")) waiting.push(new URL(name, file));
      else if (!name.startsWith("node:")) packages.add(name);
    }
  }
  return { own: new Set([...own].map((href) => href.slice(dist.href.length))), packages };
}
