import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The sources of one package, looked up by name, so that a file that moves takes no test with it. */
export class SourceFiles {
  /** The package's folder, such as `…/packages/core`. */
  readonly root: string;
  /** The folder `src`. */
  readonly folder: string;
  /** All sources, relative to {@link folder}. */
  readonly paths: readonly string[];

  constructor(name: string) {
    this.root = join(ROOT, "packages", name);
    this.folder = join(this.root, "src");
    this.paths = readdirSync(this.folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".ts"),
    );
  }

  /** Where the one source of this name is, relative to {@link folder}; throws unless there is exactly one. */
  pathOf(file: string): string {
    const [found, second] = this.paths.filter((path) => path === file || basename(path) === file);
    if (found === undefined || second !== undefined) {
      throw new Error(`${this.folder} has ${found === undefined ? "no" : "more than one"} ${file}`);
    }
    return found;
  }

  /** The text of the one source of this name. */
  textOf(file: string): string {
    return readFileSync(join(this.folder, this.pathOf(file)), "utf8");
  }

  /** The option names that an interface in the one source of this name declares, in their order. */
  optionsOf(interfaceName: string, file: string): string[] {
    const declaration = new RegExp(
      `interface ${interfaceName}(?:<[^{]*>)? (?:extends [^{]*)?{\n(.*?)^}`,
      "ms",
    );
    const [, body] = declaration.exec(this.textOf(file)) ?? [];
    if (body === undefined) throw new Error(`${file} declares no interface ${interfaceName}`);
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)/gm)].map(([, option = ""]) => option);
  }

  /** The package's README. */
  get readme(): string {
    return readFileSync(join(this.root, "README.md"), "utf8");
  }
}

/** The options of an interface that no table of the text has in its first column. */
export function missingFromTables(options: readonly string[], text: string): string[] {
  return options.filter((option) => !new RegExp(`^\\|[^|]*\`${option}\``, "m").test(text));
}
