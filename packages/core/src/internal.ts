// What the protocol packages share and nobody else needs; it may change with any release.
export { clientClosed } from "./client/client-closed.js";
export { nearestName, type OptionContext, requireKnownNames } from "./client/known-names.js";
export { type GivenLimits, type LimitRules, resolveLimits } from "./client/resolve-limits.js";
export { OpeningKey } from "./pool/contract/opening-key.js";
export { type ChannelBinding, channelBindingOf } from "./sasl/channel-binding.js";
export { chooseMechanism, type MechanismChoice } from "./sasl/choose-mechanism.js";
export { createMechanism, type SaslLogin } from "./sasl/create-mechanism.js";
export { SaslError, type SaslMechanism } from "./sasl/sasl-mechanism.js";
export { type OpenSocketOptions, openSocket, startTls } from "./server/open-socket.js";
export { type LoginConnection, requireSafeLogin } from "./server/require-safe-login.js";
