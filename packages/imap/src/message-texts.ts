import { MailError } from "@mailwright/core";
import type { BodyPart } from "./body-structure.js";
import { decodeCharset } from "./charset.js";
import { bodyItem, fetchRows } from "./fetch-rows.js";
import { unflow } from "./flowed-text.js";
import type { ImapMessage } from "./imap-message.js";
import type { ImapLimits } from "./imap-options.js";
import type { ImapSession } from "./imap-session.js";
import type { MessageHead } from "./message-items.js";
import { decodeTransfer } from "./transfer-encoding.js";
import { splitUidSets } from "./uid-set.js";
import { bytesOf } from "./wire-node.js";

/**
 * Fetches the text of messages and nothing else. Messages with their text at the same places in the MIME
 * tree share a command, so that a batch costs a handful of round trips.
 */
export async function fetchTexts(
  session: ImapSession,
  heads: readonly MessageHead[],
  limits: { readonly [Name in keyof ImapLimits]-?: number },
  signal?: AbortSignal,
): Promise<readonly ImapMessage[]> {
  const { maxTextBytes } = limits;
  const groups = new Map<string, MessageHead[]>();
  for (const head of heads) {
    if (head.textParts.length === 0) continue;
    const key = head.textParts.map((part) => partKey(part, maxTextBytes)).join(" ");
    const group = groups.get(key) ?? [];
    group.push(head);
    groups.set(key, group);
  }
  const bodies = new Map<number, Map<string, Buffer | undefined>>();
  for (const group of groups.values()) {
    const items = (group[0]?.textParts ?? []).map((part) => {
      const window = part.encodedBytes > maxTextBytes ? { offset: 0, length: maxTextBytes } : undefined;
      return bodyItem([{ type: "ATOM", value: part.path }], window);
    });
    const uids = group.map(({ message }) => message.uid);
    const wanted = new Set(uids);
    for (const { set } of splitUidSets(uids)) {
      const rows = await fetchRows(session, set, [{ type: "ATOM", value: "UID" }, ...items], {
        signal,
        wanted,
      });
      for (const [uid, row] of rows) {
        const parts = [...row].map(([name, value]) => [name, bytesOf(value)] as const);
        bodies.set(uid, new Map(parts));
      }
    }
  }
  return heads.map((head) => withText(head, bodies.get(head.message.uid), maxTextBytes));
}

function withText(
  { message, textParts }: MessageHead,
  bodies: ReadonlyMap<string, Buffer | undefined> | undefined,
  maxTextBytes: number,
): ImapMessage {
  const plain: string[] = [];
  const html: string[] = [];
  let incomplete: MailError | undefined;
  for (const part of textParts) {
    const bytes = bodies?.get(`BODY[${part.path}]`);
    if (bytes === undefined) {
      incomplete = problem("protocol", `The server did not give part ${part.path} of message ${message.uid}`);
      continue;
    }
    if (part.encodedBytes > maxTextBytes) {
      incomplete ??= problem("limit", `Part ${part.path} is larger than maxTextBytes and was cut`);
    }
    (part.contentType === "text/html" ? html : plain).push(decodeText(bytes, part));
  }
  const join = (texts: readonly string[]): string | undefined =>
    texts.length === 0 ? undefined : texts.join("\n");
  return { ...message, text: join(plain), html: join(html), incomplete };
}

/** Undoes transfer encoding, charset and format=flowed of a text part. Line ends become LF. */
function decodeText(bytes: Buffer, part: BodyPart): string {
  const decoded = decodeTransfer(bytes, part.transferEncoding);
  const text = decodeCharset(decoded, part.parameters.get("charset")).replaceAll("\r\n", "\n");
  const isFlowed =
    part.contentType === "text/plain" && part.parameters.get("format")?.toLowerCase() === "flowed";
  return isFlowed ? unflow(text, { delSp: part.parameters.get("delsp")?.toLowerCase() === "yes" }) : text;
}

function partKey(part: BodyPart, most: number): string {
  return part.encodedBytes > most ? `${part.path}<` : part.path;
}

function problem(code: "protocol" | "limit", message: string): MailError {
  return new MailError(message, { code, protocol: "imap", phase: "fetch" });
}
