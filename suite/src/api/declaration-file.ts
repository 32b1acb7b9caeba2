import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a name of a declaration file comes from: a file of the same package, or another package. */
export interface NameSource {
  /** The name that it has there. */
  readonly name: string;
  /** Path of a declaration file, or the specifier of another package. */
  readonly from: string;
}

const STATEMENT = /^(?:export|import|declare|abstract|interface|type|class|function|const)\b/;
const DECLARATION =
  /^(?:export )?(?:declare )?((?:abstract )?(?:class|interface|type|function|const|enum|namespace) (\w+)[\s\S]*)/;
const WHOLE_MODULE = /^import (?:type )?(?:\* as )?(\w+) from ["']([^"']+)/;
const NAMES = /^(import|export) (?:type )?{([^}]*)}(?: from ["']([^"']+))?/;

/** One `.d.ts` as the compiler writes it: every statement begins in the first column. */
export class DeclarationFile {
  readonly path: string;
  /** Declarations by name, without comments and `export`; the overloads of a function together. */
  readonly declarations: ReadonlyMap<string, string>;
  /** What the file takes from others, by the name that it has here. */
  readonly imports: ReadonlyMap<string, NameSource>;
  /** What the file exports, by the name that importers use. */
  readonly exports: ReadonlyMap<string, NameSource>;

  constructor(path: string, text: string = readFileSync(path, "utf8")) {
    const declarations = new Map<string, string>();
    const imports = new Map<string, NameSource>();
    const exports = new Map<string, NameSource>();
    for (const statement of splitStatements(withoutComments(text))) {
      const names = NAMES.exec(statement);
      const declaration = DECLARATION.exec(statement);
      const wholeModule = WHOLE_MODULE.exec(statement);
      if (wholeModule) {
        const [, as = "", specifier = ""] = wholeModule;
        imports.set(as, { name: "default", from: resolve(path, specifier) });
      } else if (names) {
        const [, kind, list = "", specifier] = names;
        const from = specifier === undefined ? path : resolve(path, specifier);
        for (const { name, as } of readNames(list)) {
          (kind === "import" ? imports : exports).set(as, { name, from });
        }
      } else if (declaration) {
        const [, text = "", name = ""] = declaration;
        const before = declarations.get(name);
        const members = withoutHiddenMembers(text);
        declarations.set(name, before === undefined ? members : `${before}\n${members}`);
        if (statement.startsWith("export ")) exports.set(name, { name, from: path });
      } else {
        throw new Error(`${path}: not understood: ${statement.slice(0, 80)}`);
      }
    }
    this.path = path;
    this.declarations = declarations;
    this.imports = imports;
    this.exports = exports;
  }
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith(".") ? join(dirname(path), specifier.replace(/\.js$/, ".d.ts")) : specifier;
}

function readNames(list: string): { name: string; as: string }[] {
  return list.split(",").flatMap((item) => {
    const [name, as = name] = item
      .trim()
      .replace(/^type /, "")
      .split(" as ");
    return name === undefined || as === undefined || name === "" ? [] : [{ name, as }];
  });
}

/** Strings may hold what looks like a comment, so they are matched first and kept. */
function withoutComments(text: string): string {
  const tokens =
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[ \t]*\/\*[\s\S]*?\*\/\n?|[ \t]*\/\/.*/g;
  return text.replace(tokens, (token) => (/^["'`]/.test(token) ? token : ""));
}

function splitStatements(text: string): string[] {
  const statements: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line === "export {};") continue;
    const last = statements.length - 1;
    if (last < 0 || STATEMENT.test(line)) statements.push(line);
    else statements[last] += `\n${line}`;
  }
  return statements;
}

/** A class without the members that its users cannot reach; a private constructor stays: it says who may not call it. */
function withoutHiddenMembers(declaration: string): string {
  if (!/^(?:abstract )?class /.test(declaration)) return declaration;
  let isHidden = false;
  const lines = declaration.split("\n").filter((line) => {
    if (/^(?: {4}[^ }\])]|})/.test(line)) {
      isHidden = /^ {4}(?:#private;|(?:private|protected) (?!constructor))/.test(line);
    }
    return !isHidden;
  });
  return lines.join("\n");
}
