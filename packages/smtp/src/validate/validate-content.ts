import { toCrlfBytes } from "@mailwright/mime";
import type { ResolvedMessageLimits } from "../message/message-limits.js";
import type { Content, OutgoingMessage } from "../message/outgoing-message.js";
import { endLine } from "../wire/end-line.js";
import type { ProblemList } from "./problem-list.js";
import { wireProblems } from "./wire-problems.js";

const CONTENT_TYPE = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(?:\s*;\s*[^\r\n\0]*)?$/;
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const COMPOSED_HEADER = /^(content-(type|transfer-encoding|disposition|id)|mime-version)$/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** For those who come from libraries that take paths. */
const NOTHING_READ = "files and URLs are not read: pass a stream, such as createReadStream(path)";
const COMPOSED = [
  "text",
  "html",
  "alternatives",
  "attachments",
  "calendar",
  "headers",
  "list",
  "priority",
  "subject",
] as const;

/**
 * Checks body, alternatives and attachments as far as that goes without reading streams; their size is
 * checked while they are read.
 */
export function validateContent(
  message: OutgoingMessage,
  limits: ResolvedMessageLimits,
  problems: ProblemList,
): void {
  if (message.raw !== undefined) return validateRaw(message, limits, problems);
  const { text, html, calendar, attachments = [], alternatives = [] } = message;
  const bodies = [text, html, calendar, ...alternatives, ...attachments];
  // An empty text is one; faxes and reports have nothing but their file.
  if (bodies.every((body) => body === undefined))
    problems.add("text", "required", "is missing, and so are html and attachments");
  for (const [path, content] of [
    ["text", text],
    ["html", html],
  ] as const) {
    if (content !== undefined) checkSize(path, content, limits.maxTextBytes, problems);
  }
  message.alternatives?.forEach((alternative, index) => {
    const path = `alternatives[${index}]`;
    checkPart(path, alternative, limits.maxTextBytes, problems);
  });
  let totalBytes = 0;
  message.attachments?.forEach((attachment, index) => {
    const path = `attachments[${index}]`;
    checkFilename(`${path}.filename`, attachment.filename, problems);
    totalBytes += checkPart(path, attachment, limits.maxAttachmentBytes, problems);
    if (
      attachment.cid !== undefined &&
      problems.headerText(`${path}.cid`, attachment.cid) &&
      !/^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(attachment.cid)
    ) {
      problems.add(`${path}.cid`, "content-id", "is no id without spaces and angle brackets");
    }
    if (attachment.disposition !== undefined && !["attachment", "inline"].includes(attachment.disposition)) {
      problems.add(`${path}.disposition`, "disposition", "is neither attachment nor inline");
    }
    checkHeaders(`${path}.headers`, attachment.headers ?? {}, problems);
  });
  if (totalBytes > limits.maxAttachmentsBytes) {
    problems.add(
      "attachments",
      "too-large",
      `have ${totalBytes} bytes in all, ${limits.maxAttachmentsBytes} are allowed`,
    );
  }
  if (calendar === undefined) return;
  if (typeof calendar.content !== "string" || !/^BEGIN:VCALENDAR/i.test(calendar.content)) {
    problems.add("calendar.content", "calendar", "is no iCalendar object");
  } else checkSize("calendar.content", calendar.content, limits.maxTextBytes, problems);
  if (calendar.method !== undefined && !/^[A-Z]{1,20}$/.test(calendar.method)) {
    problems.add("calendar.method", "calendar", "is no iCalendar method");
  }
  if (calendar.filename !== undefined) checkFilename("calendar.filename", calendar.filename, problems);
}

/** The size of a content at hand; 0 for a stream, which shows its size when it is read. */
function sizeOf(content: Content, encoding: "utf8" | "base64" = "utf8"): number {
  if (typeof content === "string") return Buffer.byteLength(content, encoding);
  return content instanceof Uint8Array ? content.byteLength : 0;
}

function validateRaw(message: OutgoingMessage, limits: ResolvedMessageLimits, problems: ProblemList): void {
  for (const name of COMPOSED) {
    if (message[name] !== undefined) problems.add(name, "conflict", "cannot be used together with raw");
  }
  const { raw } = message;
  if (raw === undefined) return;
  const sizeBytes = checkSize("raw", raw, limits.maxMessageBytes, problems);
  if (sizeBytes > limits.maxMessageBytes || (typeof raw !== "string" && !(raw instanceof Uint8Array))) return;
  const bytes = typeof raw === "string" ? Buffer.from(raw) : raw;
  problems.problems.push(...wireProblems(endLine(toCrlfBytes(bytes)), "raw"));
}

function checkPart(
  path: string,
  part: {
    readonly content: Content;
    readonly contentType: string;
    readonly encoding?: "utf8" | "base64" | undefined;
  },
  maxBytes: number,
  problems: ProblemList,
): number {
  if (part.contentType === undefined) problems.add(`${path}.contentType`, "required", "is missing");
  else if (typeof part.contentType !== "string" || !CONTENT_TYPE.test(part.contentType)) {
    problems.add(`${path}.contentType`, "content-type", "is no media type such as application/pdf");
  }
  if (part.content === undefined) {
    const isNamed = "path" in part || "href" in part;
    problems.add(`${path}.content`, "required", isNamed ? `is missing (${NOTHING_READ})` : "is missing");
    return 0;
  }
  if (part.encoding === "base64" && typeof part.content === "string") {
    const text = part.content.replace(/\s+/g, "");
    if (!BASE64.test(text) || text.length % 4 !== 0)
      problems.add(`${path}.content`, "base64", "is no valid base64");
  } else if (part.encoding !== undefined && part.encoding !== "utf8") {
    problems.add(`${path}.encoding`, "encoding", "is neither utf8 nor base64, which is for strings");
  }
  return checkSize(`${path}.content`, part.content, maxBytes, problems, part.encoding);
}

function checkSize(
  path: string,
  content: Content,
  maxBytes: number,
  problems: ProblemList,
  encoding?: "utf8" | "base64",
): number {
  const isStream = typeof content === "object" && content !== null && Symbol.asyncIterator in content;
  if (typeof content !== "string" && !(content instanceof Uint8Array) && !isStream) {
    problems.add(path, "content", `is neither a string, bytes nor a stream (${NOTHING_READ})`);
    return 0;
  }
  const sizeBytes = sizeOf(content, encoding);
  if (sizeBytes > maxBytes)
    problems.add(path, "too-large", `has ${sizeBytes} bytes, ${maxBytes} are allowed`);
  return sizeBytes;
}

function checkHeaders(path: string, headers: Readonly<Record<string, string>>, problems: ProblemList): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name))
      problems.add(`${path}.${name}`, "header-name", "is no name for a header field");
    if (COMPOSED_HEADER.test(name))
      problems.add(`${path}.${name}`, "reserved-header", "follows from other options");
    problems.headerText(`${path}.${name}`, value);
  }
}

function checkFilename(path: string, filename: unknown, problems: ProblemList): void {
  if (filename === undefined || filename === "") return problems.add(path, "required", "is missing");
  if (problems.headerText(path, filename) && Buffer.byteLength(filename) > 255) {
    problems.add(path, "too-long", "has more than 255 bytes");
  }
}
