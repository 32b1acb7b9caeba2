import { createHash, randomUUID } from "node:crypto";
import { headEnd } from "../wire/message-head.js";

/**
 * A Message-ID in the sender's domain, with angle brackets. With a key it is the same each time, so that a
 * message sent again after a crash can be recognised as the one it is.
 */
export function createMessageId(sender: string, idempotencyKey?: string): string {
  const at = sender.lastIndexOf("@");
  const domain = at < 0 ? "localhost" : sender.slice(at + 1);
  const unique =
    idempotencyKey === undefined
      ? randomUUID()
      : createHash("sha256").update(`${sender}\0${idempotencyKey}`).digest("hex").slice(0, 40);
  return `<${unique}@${domain}>`;
}

/**
 * The Message-ID of a complete message, as its field says it: usually with angle brackets, but whoever left them out is
 * not given a second id.
 */
export function findMessageId(message: Buffer): string | undefined {
  const head = message.toString("latin1", 0, headEnd(message));
  const [, text = ""] = /^message-id:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/im.exec(head) ?? [];
  const id = /<[^\s<>]+>/.exec(text)?.[0] ?? text.trim();
  return id === "" ? undefined : id;
}
