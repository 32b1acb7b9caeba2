import type { ImapPart } from "@mailwright/imap";
import { type MimePart, type ParsedMessage, parseMessage } from "@mailwright/parser";
import { findSource } from "../store/messages/bodies.js";
import type { MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import { onServer, readSource } from "./read-content.js";
import type { WebClients } from "./web-clients.js";

/** One node of a message's MIME tree, as the message itself says. */
interface StructurePart {
  /** As IMAP numbers it, in attached messages too; of a multipart at the top empty. */
  readonly path: string;
  readonly contentType: string;
  readonly charset: string | null;
  readonly transferEncoding: string;
  readonly disposition: string | null;
  readonly filename: string | null;
  /** As it was sent; of a multipart with all that is in it, where that is known. */
  readonly encodedBytes: number | null;
  /** Of a multipart its parts, of an attached message what it is made of. */
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
/** Of messages within messages, each of which is read anew. */
const MAX_LEVELS = 8;

/** The MIME tree of a message: of what is kept here for POP3, else as the server tells it, which fetches no part. */
export async function readStructure(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
): Promise<MessageStructure | undefined> {
  const stored = await findSource(tenant, message.id);
  if (stored !== undefined) return await structureOf([stored]);
  const told = await onServer(clients, tenant, message, async ({ client }, folder) => {
    const found = await client.message(folder, Number(message.uid), { structure: true });
    return found && { root: found.structure, isCut: found.incomplete?.code === "limit" };
  });
  if (told === undefined) return undefined;
  if (told.root !== undefined) return { root: fromImap(told.root), isCut: told.isCut };
  // Some servers do not tell of what is broken; its bytes they give.
  const source = await readSource(clients, tenant, message);
  return source && (await structureOf(source));
}

/** The MIME tree of a message that comes in pieces; the stream is ended where the limit is. */
export async function structureOf(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes = MAX_BYTES,
): Promise<MessageStructure> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  const parsed = parseMessage(Buffer.concat(chunks).subarray(0, maxBytes));
  return { root: fromParser(parsed), isCut: parsed.isTruncated || length > maxBytes };
}

/** The tree of a message; the parts of one that is a part itself are numbered below that. */
function fromParser({ structure, attachments }: ParsedMessage, section = "", level = 0): StructurePart {
  const visit = (part: MimePart): StructurePart => {
    const { path: own } = part;
    const path = section === "" ? own : `${section}.${own || "TEXT"}`;
    const file = level < MAX_LEVELS ? attachments.find((candidate) => candidate.path === own) : undefined;
    const inner = file?.message();
    const children = inner === undefined ? part.children.map(visit) : [fromParser(inner, path, level + 1)];
    return { ...describe(part), path, encodedBytes: part.bodyEnd - part.bodyStart, children };
  };
  return visit(structure);
}

function fromImap(part: ImapPart): StructurePart {
  const { path, encodedBytes = null, message } = part;
  const children = message === undefined ? part.children : [message.structure];
  return { ...describe(part), path, encodedBytes, children: children.map(fromImap) };
}

/** What both readers call the same; what is the default is not named, since servers tell it where a message does not. */
function describe({ contentType, parameters, transferEncoding, disposition, filename }: MimePart | ImapPart) {
  return {
    contentType,
    charset: parameters.get("charset") ?? null,
    transferEncoding: transferEncoding === "7bit" ? "" : transferEncoding,
    disposition: disposition ?? null,
    filename: filename ?? null,
  };
}
