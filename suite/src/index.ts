export {
  type Job,
  type Measured,
  type MeasureOptions,
  measureGrowth,
  measureRatio,
  measureStall,
  type PreparedJob,
  passOver,
  prepared,
} from "./measure.js";
export { collectGarbage, processorTime } from "./processor-time.js";
export { type FoundExpression, findExpressions, findSlowText } from "./regular-expressions.js";
export { codeBlocks, runExample } from "./run-example.js";
export { seededRandom } from "./seeded-random.js";
export { missingFromTables, SourceFiles } from "./source-files.js";
export { type EximServer, startExim } from "./start-exim.js";
export { type ProxyBehaviour, type RunningProxy, startProxy } from "./start-proxy.js";
export {
  type CourierOptions,
  hasUnpacked,
  type OtherServer,
  type RestartableServer,
  startCourier,
  startPopa3d,
} from "./unpacked-server.js";
export { until } from "./until.js";
