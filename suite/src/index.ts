export { freePort, freePorts } from "./free-port.js";
export { importedModules } from "./imported-modules.js";
export { hasMailutils, type MailutilsServer, startMailutils } from "./mailutils-server.js";
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
export { mostWithin } from "./most-within.js";
export { collectGarbage, processorTime } from "./processor-time.js";
export { type FoundExpression, findExpressions, findSlowText } from "./regular-expressions.js";
export { codeBlocks, runExample } from "./run-example.js";
export { seededRandom } from "./seeded-random.js";
export { missingFromTables, SourceFiles } from "./source-files.js";
export { type CourierOptions, type CourierServer, startCourier } from "./start-courier.js";
export { type EximServer, startExim } from "./start-exim.js";
export { type LineServer, startLineServer } from "./start-line-server.js";
export { startPopa3d } from "./start-popa3d.js";
export { type ProxyBehaviour, type RunningProxy, startProxy } from "./start-proxy.js";
export { countTurns, type TurnCounter } from "./turn-counter.js";
export { hasUnpacked, type OtherServer, type RestartableServer } from "./unpacked.js";
export { until } from "./until.js";
