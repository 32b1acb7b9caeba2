import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { DeclarationFile, type NameSource } from "./declaration-file.js";

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/**
 * What a built package promises, as Markdown: the signature of every export by entry point, then the declarations
 * that these name without exporting them, since changing such a one changes the promise too.
 */
export function apiListing(folder: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = new Declarations();
  const sections = [
    `# API of ${manifest.name}\n\nWritten by \`npx pnpm@10 api\`, read in reviews; do not edit. After a conflict, write it anew.\n`,
  ];
  const listed = new Set<string>();
  const found: NameSource[] = [];
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") continue;
    const signatures = new Map<string, string>();
    const entry = files.read(join(folder, target.types));
    for (const [name, source] of entry.exports) {
      const origin = files.origin(source);
      const signature = files.textOf(origin) ?? `re-exported from ${JSON.stringify(origin.from)}`;
      signatures.set(name, origin.name === name ? signature : `${signature} // exported as ${name}`);
      listed.add(keyOf(origin));
      found.push(origin);
    }
    sections.push(section(`## ${manifest.name}${path.slice(1)}`, signatures));
  }
  const unexported = new Map<string, string>();
  for (let source = found.pop(); source !== undefined; source = found.pop()) {
    for (const origin of files.namesIn(source)) {
      if (listed.has(keyOf(origin))) continue;
      listed.add(keyOf(origin));
      found.push(origin);
      unexported.set(`${origin.name} ${relative(folder, origin.from)}`, files.textOf(origin) ?? "");
    }
  }
  if (unexported.size > 0) sections.push(section("## Named by these, not exported", unexported));
  return sections.join("\n");
}

function keyOf({ name, from }: NameSource): string {
  return `${from}#${name}`;
}

function section(heading: string, signatures: ReadonlyMap<string, string>): string {
  const sorted = [...signatures]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => (text.startsWith("re-exported") ? `${name}: ${text}` : text));
  return `${heading}\n\n\`\`\`ts\n${sorted.join("\n\n")}\n\`\`\`\n`;
}

/** The declaration files of one package, each read once. */
class Declarations {
  readonly #files = new Map<string, DeclarationFile>();

  read(path: string): DeclarationFile {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = new DeclarationFile(path);
      this.#files.set(path, file);
    }
    return file;
  }

  /** Follows exports and imports to the file that declares the name, or to another package. */
  origin(source: NameSource): NameSource {
    if (!source.from.endsWith(".d.ts")) return source;
    const file = this.read(source.from);
    if (file.declarations.has(source.name)) return source;
    const next = file.imports.get(source.name) ?? file.exports.get(source.name);
    if (next === undefined) throw new Error(`${source.from} has no ${source.name}`);
    return this.origin(next);
  }

  /** `undefined` for what another package declares. */
  textOf({ name, from }: NameSource): string | undefined {
    return from.endsWith(".d.ts") ? this.read(from).declarations.get(name) : undefined;
  }

  /**
   * The declarations of this package that the signature of another names; but for constructors: what callers have
   * no way to get promises them nothing.
   */
  namesIn(source: NameSource): NameSource[] {
    if (!source.from.endsWith(".d.ts")) return [];
    const file = this.read(source.from);
    const text = (this.textOf(source) ?? "").replace(/"(?:[^"\\]|\\.)*"|^ {4}constructor\(.*/gm, "");
    const names = new Set(text.match(/\b[A-Z]\w*|(?<=typeof )\w+/g));
    return [...names].flatMap((name) => {
      const declared = file.declarations.has(name) ? { name, from: source.from } : file.imports.get(name);
      const origin = declared && this.origin(declared);
      return origin?.from.endsWith(".d.ts") ? [origin] : [];
    });
  }
}
