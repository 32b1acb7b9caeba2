import type { Provider } from "./provider.js";
import { providers } from "./providers.js";

/** The provider of an address or a domain, or the one of an id; `undefined` for domains that are not a provider's own. */
export function findProvider(addressOrId: string): Provider | undefined {
  const text = addressOrId.trim().toLowerCase();
  const domain = text.slice(text.lastIndexOf("@") + 1);
  return providers.find(({ id, domains }) => id === text || domains.includes(domain));
}
