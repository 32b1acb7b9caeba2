import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";

/**
 * Joins the modules of a package, as `tsc -b` wrote them to `build/`, into few files in `dist/`: opening a hundred small
 * files takes Node longer than all that is in them (docs/decisions/0026). Names, layout and comments stay as they were.
 */
const { exports, bin = {} } = JSON.parse(readFileSync("package.json", "utf8"));

/** What is opened from outside: by importing the package, by running its command, or as the file of a thread. */
const published = [...Object.values(exports).flatMap((entry) => entry.default ?? []), ...Object.values(bin)];
const threads = readdirSync("build", { recursive: true }).filter((file) => file.endsWith("-worker.js"));
const entries = [...published.map((path) => relative("dist", path)), ...threads];

/** Threads name their file beside the one that starts them, and that is joined into one in `dist/` itself. */
function outputName(file) {
  return (file.endsWith("-worker.js") ? basename(file) : file).replace(/\.js$/, "");
}

/** Modules that are loaded with an entry; all others wait for a first call. */
let first;

function loadedFirst(getModuleInfo) {
  const found = new Set(entries.map((file) => join(process.cwd(), "build", file)));
  for (const id of found) for (const imported of getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** Takes away what an earlier build left: the package holds its declarations and what was joined. */
const withoutLeftovers = {
  name: "without-leftovers",
  writeBundle(_options, bundle) {
    for (const file of readdirSync("dist", { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath ?? file.path, file.name);
      const isOurs = file.name.endsWith(".d.ts") || relative("dist", path) in bundle;
      if (file.isFile() && !isOurs) rmSync(path);
    }
  },
};

/**
 * Writes characters beyond Latin-1 as escapes. V8 keeps the source of what it runs, and keeps all of it in two bytes a
 * character for the sake of a single one: the names that folders have in Cyrillic would make every client 0.4 MB larger.
 */
const withEscapes = {
  name: "with-escapes",
  renderChunk(code) {
    const escaped = code.match(/\\[^\0-\xff]/);
    if (escaped !== null) throw new Error(`A backslash before a character beyond Latin-1: ${escaped[0]}`);
    return code.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  },
};

export default {
  input: Object.fromEntries(entries.map((file) => [outputName(file), join("build", file)])),
  external: (id) => !id.startsWith(".") && !isAbsolute(id),
  plugins: [withEscapes, withoutLeftovers],
  onwarn(warning) {
    throw new Error(warning.message);
  },
  output: {
    dir: "dist",
    format: "es",
    generatedCode: "es2015",
    hoistTransitiveImports: false,
    entryFileNames: "[name].js",
    chunkFileNames: ({ name }) => (name === "later" ? "later.js" : "shared.js"),
    onlyExplicitManualChunks: true,
    manualChunks(id, { getModuleInfo }) {
      first ??= loadedFirst(getModuleInfo);
      return first.has(id) ? undefined : "later";
    },
  },
};
