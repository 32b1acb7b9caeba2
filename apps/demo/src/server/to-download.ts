import { once } from "node:events";
import type { Readable } from "node:stream";
import { toWebStream } from "./to-web-stream.js";

/**
 * Bytes as a file to save. The headers say so whatever the file says it is. Rejects with what the content fails with
 * before its first bytes: once an answer has begun, nobody can be told why it ends.
 */
export async function toDownload(content: Readable, safeFilename: string): Promise<Response> {
  await once(content, "readable");
  return new Response(toWebStream(content), { headers: downloadHeaders(safeFilename) });
}

/**
 * Headers of a file that came in a mail: always saved, never shown, whatever it says it is; its name in both forms of
 * RFC 6266, the plain one in ASCII.
 */
function downloadHeaders(safeFilename: string): Record<string, string> {
  const ascii = safeFilename.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(safeFilename.replaceAll(/\p{Cs}/gu, "_")).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  };
}
