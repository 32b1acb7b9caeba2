import type { Provider } from "./provider.js";
import { chineseProviders } from "./records/chinese.js";
import { europeanProviders } from "./records/european.js";
import { internationalProviders } from "./records/international.js";
import { relays } from "./records/relays.js";

/** The common mail providers, then the services that only send. */
export const providers: readonly Provider[] = [
  ...internationalProviders,
  ...europeanProviders,
  ...chineseProviders,
  ...relays,
];
