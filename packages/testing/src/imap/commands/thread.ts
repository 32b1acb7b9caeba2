import type { StoredMessage } from "../../store/stored-message.js";
import { isReplySubject, toBaseSubject } from "../mime/base-subject.js";
import { decodeHeaderText } from "../mime/decode.js";
import { headerValue } from "../mime/header.js";
import { parseMime } from "../mime/mime.js";
import { formatThreads, type ThreadedMessage, type ThreadNode } from "../mime/thread-node.js";
import { threadByReferences } from "../mime/thread-references.js";
import { threadBySubject } from "../mime/thread-subjects.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { requireCharset } from "../syntax/charset.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { sentTime } from "./search-dates.js";
import { readSearchKeys } from "./search-key.js";

const MESSAGE_ID = /<[^<>\s]+>/g;

/** THREAD and UID THREAD (RFC 5256 §4). */
export function thread(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  input.space();
  const toThreads = readAlgorithm(session, input);
  input.space();
  requireCharset(input.astring());
  input.space();
  const isFound = readSearchKeys({ session, input, usesModseq: false });
  input.end();
  const found = session
    .requireSelected()
    .messages.map((message, index) => ({ sequence: index + 1, message }))
    .filter(isFound)
    .map(({ sequence, message }) => toThreaded(message, isUid ? message.uid : sequence));
  const threads = formatThreads(toThreads(found));
  session.untagged(threads === "" ? "THREAD" : `THREAD ${threads}`);
  return "OK Thread completed.";
}

function readAlgorithm(
  session: ImapSession,
  input: ImapArguments,
): (messages: readonly ThreadedMessage[]) => ThreadNode[] {
  const name = input.keyword();
  if (name === "REFERENCES" && session.offers("THREAD=REFERENCES")) return threadByReferences;
  if (name === "ORDEREDSUBJECT" && session.offers("THREAD=ORDEREDSUBJECT")) return threadBySubject;
  throw new ImapRefusal("BAD", `Unknown thread algorithm ${name}`);
}

function toThreaded(message: StoredMessage, number: number): ThreadedMessage {
  const { raw, internalDate } = message;
  const { header } = parseMime(raw);
  const idsOf = (name: string): string[] => headerValue(raw, header, name)?.match(MESSAGE_ID) ?? [];
  const references = idsOf("references");
  const subject = decodeHeaderText(headerValue(raw, header, "subject") ?? "");
  return {
    number,
    messageId: idsOf("message-id")[0],
    references: references.length > 0 ? references : idsOf("in-reply-to").slice(0, 1),
    baseSubject: toBaseSubject(subject).toUpperCase(),
    isReply: isReplySubject(subject),
    sentMs: sentTime(message) ?? internalDate.getTime(),
  };
}
