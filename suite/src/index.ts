export { codeBlocks, runExample } from "./run-example.js";
export { seededRandom } from "./seeded-random.js";
export { missingFromTables, SourceFiles } from "./source-files.js";
