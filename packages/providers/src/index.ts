export { findProvider } from "./find-provider.js";
export type {
  Provider,
  ProviderLimits,
  ProviderLogin,
  ProviderRate,
  ProviderServer,
} from "./provider.js";
export { providers } from "./providers.js";
