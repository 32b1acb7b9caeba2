import { lookup } from "node:dns/promises";
import { Agent, request } from "undici";
import { isPublicAddress } from "./host-policy.js";
import { imageType } from "./image-type.js";

/** An image from elsewhere. */
export interface FetchedImage {
  readonly bytes: Buffer;
  readonly type: string;
}

/** Decides whether an address may be connected to. */
export type AddressPolicy = (address: string) => boolean;

const MAX_BYTES = 5 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

/**
 * Fetches an image that a mail names: at public addresses only, without cookies, without following the server anywhere
 * else, and only what its first bytes say is an image. `undefined` for all else.
 */
export async function fetchImage(
  url: string,
  isAllowed: AddressPolicy = isPublicAddress,
): Promise<FetchedImage | undefined> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  const dispatcher = new Agent({
    connect: {
      timeout: TIMEOUT_MS,
      // The address that was checked is the one that is connected to.
      lookup: (host, _options, callback) => {
        lookup(host, { all: true }).then(
          (addresses) => {
            if (addresses.length > 0 && addresses.every(({ address }) => isAllowed(address)))
              callback(null, addresses);
            else callback(new Error("The address is not public"), []);
          },
          (error: Error) => callback(error, []),
        );
      },
    },
  });
  try {
    // A host that is an address is not looked up.
    const literal = hostname.replace(/^\[|\]$/g, "");
    if (/^[\d.]+$|:/.test(literal) && !isAllowed(literal)) return undefined;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { statusCode, body } = await request(url, { dispatcher, signal, headers: { accept: "image/*" } });
    if (statusCode !== 200) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) return undefined;
    }
    const bytes = Buffer.concat(chunks);
    const type = imageType(bytes);
    return type === undefined ? undefined : { bytes, type };
  } catch {
    // Why a stranger's image does not come is nobody's business here.
    return undefined;
  } finally {
    await dispatcher.destroy();
  }
}
