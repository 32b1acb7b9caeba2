// What the protocol packages share and nobody else needs; it may change with any release.
export { beforeImport } from "./before-import.js";
export { clientClosed } from "./client/client-closed.js";
export { requireOptions } from "./client/client-options.js";
export { nearestName, type OptionContext, requireKnownNames } from "./client/known-names.js";
export { type GivenLimits, type LimitRules, resolveLimits } from "./client/resolve-limits.js";
export { resolveRetry } from "./client/resolve-retry.js";
export { CredentialsResolver } from "./credentials/credentials-resolver.js";
export { Redactor } from "./credentials/redactor.js";
export { connectionClosed, fromSocketError, type SocketErrorContext } from "./errors/socket-error.js";
export { publishDiagnostic } from "./observe/diagnostics.js";
export { guardLogger } from "./observe/guarded-logger.js";
export { guardTranscript } from "./observe/guarded-transcript.js";
export { type LoggedOpeningOptions, loggedOpening } from "./observe/logged-opening.js";
export { accountKey } from "./pool/contract/account-key.js";
export { OpeningKey } from "./pool/contract/opening-key.js";
export { type ResolvedPoolLimits, resolvePoolLimits } from "./pool/contract/pool-limits.js";
export { toBatchResult } from "./results/batch-result.js";
export {
  type HandedOutIds,
  SyncBatches,
  type SyncBatchesOptions,
  type SyncStateLike,
} from "./results/sync-batches.js";
export { loggedRetry } from "./retry/logged-retry.js";
export { type ChannelBinding, channelBindingOf } from "./sasl/channel-binding.js";
export { chooseMechanism, type MechanismChoice } from "./sasl/choose-mechanism.js";
export { createMechanism, type SaslLogin } from "./sasl/create-mechanism.js";
export { SaslError, type SaslMechanism } from "./sasl/sasl-mechanism.js";
export { type DialOptions, dial, isLoopback } from "./server/dial.js";
export { type OpenSocketOptions, openSocket, startTls } from "./server/open-socket.js";
export { type LoginConnection, requireSafeLogin } from "./server/require-safe-login.js";
export { isIndirect, type ResolvedServer, resolveServer } from "./server/server-options.js";
export { abortError, onAbort, throwIfAborted } from "./time/abort.js";
export { roundMs } from "./time/clock.js";
