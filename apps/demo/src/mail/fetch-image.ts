import { request } from "undici";
import { type AddressPolicy, createCheckedAgent, requireAllowed } from "./checked-agent.js";
import { isPublicAddress } from "./host-policy.js";
import { imageType } from "./image-type.js";

/** An image from elsewhere. */
export interface FetchedImage {
  readonly bytes: Buffer;
  readonly type: string;
}

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
  const dispatcher = createCheckedAgent(isAllowed, TIMEOUT_MS);
  try {
    requireAllowed(new URL(url), isAllowed);
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
