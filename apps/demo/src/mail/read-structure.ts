import { type MimePart, parseMessage } from "@mailwright/parser";
import type { MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import { readSource } from "./read-content.js";
import type { WebClients } from "./web-clients.js";

/** One node of a message's MIME tree, as the message itself says. */
interface StructurePart {
  /** As IMAP numbers it; of a multipart at the top empty. */
  readonly path: string;
  readonly contentType: string;
  readonly charset: string | null;
  readonly transferEncoding: string;
  readonly disposition: string | null;
  readonly filename: string | null;
  /** As it was sent: of a multipart with all that is in it. */
  readonly encodedBytes: number;
  readonly children: StructurePart[];
}

/** What a message is made of. */
export interface MessageStructure {
  readonly root: StructurePart;
  /** There is more of the message than was looked at. */
  readonly isCut: boolean;
}

/** More of a message is not asked for: a tree is not worth it. */
const MAX_BYTES = 25 * 1024 * 1024;

/** The MIME tree of a message: of what is kept here for POP3, else of the bytes that the server has. */
export async function readStructure(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
): Promise<MessageStructure | undefined> {
  const source = await readSource(clients, tenant, message);
  return source && (await structureOf(source));
}

/** The MIME tree of a message that comes in pieces; the stream is ended where the limit is. */
export async function structureOf(
  source: AsyncIterable<Uint8Array>,
  maxBytes = MAX_BYTES,
): Promise<MessageStructure> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  const { structure, isTruncated } = parseMessage(Buffer.concat(chunks).subarray(0, maxBytes));
  return { root: toPart(structure), isCut: isTruncated || length > maxBytes };
}

function toPart(part: MimePart): StructurePart {
  const { path, contentType, parameters, transferEncoding, disposition, filename } = part;
  return {
    path,
    contentType,
    charset: parameters.get("charset") ?? null,
    transferEncoding,
    disposition: disposition ?? null,
    filename: filename ?? null,
    encodedBytes: part.bodyEnd - part.bodyStart,
    children: part.children.map(toPart),
  };
}
