import { lookup } from "node:dns/promises";
import { Agent } from "undici";

/** Decides whether an address that a host has may be connected to. */
export type AddressPolicy = (address: string, host: string) => boolean;

/** An address that this program does not connect to for strangers: of this machine, or of its network. */
export class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";

  constructor(host: string) {
    super(`${host} has an address that is not public`);
  }
}

/**
 * A dispatcher whose connections go to exactly those addresses that were checked, all of a name's or none. A host that is an
 * address itself is not looked up: ask {@link requireAllowed} before. The caller destroys it.
 */
export function createCheckedAgent(isAllowed: AddressPolicy, timeoutMs: number): Agent {
  return new Agent({
    connect: {
      timeout: timeoutMs,
      lookup: (host, _options, callback) => {
        lookup(host, { all: true }).then(
          (addresses) => {
            const isFine = addresses.length > 0 && addresses.every(({ address }) => isAllowed(address, host));
            if (isFine) callback(null, addresses);
            else callback(new AddressRefusedError(host), []);
          },
          (error: Error) => callback(error, []),
        );
      },
    },
  });
}

/** Throws {@link AddressRefusedError} for a URL whose host is an address that may not be connected to. */
export function requireAllowed({ hostname }: URL, isAllowed: AddressPolicy): void {
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (/^[\d.]+$|:/.test(literal) && !isAllowed(literal, literal)) throw new AddressRefusedError(literal);
}
