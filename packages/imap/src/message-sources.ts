import { MailError } from "@mailwright/core";
import { bodyItem, fetchRows } from "./fetch-rows.js";
import { fetchWindow } from "./fetch-window.js";
import type { ImapMessage } from "./imap-message.js";
import type { ImapLimits } from "./imap-options.js";
import type { ImapSession } from "./imap-session.js";
import type { MessageHead } from "./message-items.js";
import { splitUidSets } from "./uid-set.js";
import { bytesOf } from "./wire-node.js";

/** Fetches whole messages; those larger than a literal may be come in windows, too large ones not at all. */
export async function fetchSources(
  session: ImapSession,
  heads: readonly MessageHead[],
  limits: { readonly [Name in keyof ImapLimits]-?: number },
  signal?: AbortSignal,
): Promise<readonly ImapMessage[]> {
  const windowBytes = Math.min(limits.maxBatchBytes, limits.maxLiteralBytes);
  const small = heads
    .filter(({ message }) => message.sizeBytes <= windowBytes)
    .map(({ message }) => message.uid);
  const sources = new Map<number, Buffer>();
  const wanted = new Set(small);
  for (const { set } of splitUidSets(small)) {
    const items = [{ type: "ATOM", value: "UID" } as const, bodyItem([])];
    const rows = await fetchRows(session, set, items, { signal, wanted });
    for (const [uid, row] of rows) {
      const source = bytesOf(row.get("BODY[]"));
      if (source !== undefined) sources.set(uid, source);
    }
  }
  const messages: ImapMessage[] = [];
  for (const { message } of heads) {
    if (message.sizeBytes > limits.maxMessageBytes) {
      messages.push({
        ...message,
        incomplete: problem("limit", `Message ${message.uid} is larger than maxMessageBytes`),
      });
      continue;
    }
    const source =
      message.sizeBytes <= windowBytes
        ? sources.get(message.uid)
        : await readAll(session, message, windowBytes, limits.maxMessageBytes, signal);
    const incomplete =
      source === undefined
        ? problem("protocol", `The server did not give message ${message.uid}`)
        : undefined;
    messages.push({ ...message, source, incomplete });
  }
  return messages;
}

async function readAll(
  session: ImapSession,
  message: ImapMessage,
  windowBytes: number,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const chunk = await fetchWindow(session, message.uid, "", { offset, length: windowBytes }, signal);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
    offset += chunk.length;
    if (chunk.length < windowBytes || offset > maxBytes) return Buffer.concat(chunks);
  }
}

function problem(code: "protocol" | "limit", message: string): MailError {
  return new MailError(message, { code, protocol: "imap", phase: "fetch" });
}
