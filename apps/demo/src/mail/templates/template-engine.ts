import { Liquid } from "liquidjs";

/** Of one part; what is larger is no letter. */
const MAX_SOURCE_CHARACTERS = 100_000;
/** Characters and items that rendering may make on its way. */
const MAX_MEMORY = 1_000_000;
const MAX_RENDER_MS = 200;
/** They read other templates, from files. */
const FILE_TAGS = ["include", "render", "layout", "block"];

/** For text: what is put in stays as it is. */
export const textEngine: Liquid = createEngine();
/** For HTML: what is put in is escaped, and nothing goes around that. */
export const htmlEngine: Liquid = createEngine("escape");

function createEngine(outputEscape?: "escape"): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    // Whether something is there may be asked.
    lenientIf: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: MAX_SOURCE_CHARACTERS,
    memoryLimit: MAX_MEMORY,
    renderLimit: MAX_RENDER_MS,
    // Instead of the file system.
    templates: {},
    ...(outputEscape !== undefined && { outputEscape }),
  });
  for (const name of FILE_TAGS) delete engine.tags[name];
  delete engine.filters["raw"];
  return engine;
}
