import { asBuffer } from "../bytes/as-buffer.js";

const SEARCH_BYTES = 2_048;
const DECLARATION = /<meta[^>]{0,200}charset=["']?([\w-]{1,40})/i;

/** The charset that an HTML text declares in a `meta` tag near its start, for a part whose header names none. */
export function findHtmlCharset(html: Uint8Array): string | undefined {
  return DECLARATION.exec(asBuffer(html).toString("latin1", 0, SEARCH_BYTES))?.[1];
}
