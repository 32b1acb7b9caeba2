import { nearestName } from "@mailwright/core/internal";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { ProblemList } from "./problem-list.js";

/** Names of each kind of object that a message is made of; what is under another name would silently not be sent. */
const NAMES = {
  message: [
    "from",
    "sender",
    "to",
    "cc",
    "bcc",
    "replyTo",
    "subject",
    "text",
    "html",
    "alternatives",
    "attachments",
    "calendar",
    "raw",
    "headers",
    "inReplyTo",
    "references",
    "messageId",
    "date",
    "list",
    "priority",
    "dkim",
    "dsn",
    "envelope",
    "requireTls",
  ] satisfies readonly (keyof OutgoingMessage)[],
  attachment: ["filename", "contentType", "content", "encoding", "cid", "disposition", "headers"],
  alternative: ["contentType", "content", "encoding"],
  calendar: ["content", "method", "filename"],
  list: ["help", "unsubscribe", "oneClick", "subscribe", "post", "owner", "archive", "id"],
  dsn: ["notify", "return", "envelopeId", "originalRecipient"],
  envelope: ["from", "to"],
  dkim: ["keys", "headerFieldNames", "skipFields"],
  dkimKey: ["domainName", "keySelector", "privateKey"],
} as const;

/** What other libraries call it, above all nodemailer. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  icalEvent: "use calendar",
  watchHtml: "use alternatives",
  amp: "use alternatives",
  attachDataUrls: "pass images as attachments with a cid",
  contentDisposition: "use disposition",
  path: "files and URLs are not read: pass a stream as content, such as createReadStream(path)",
  href: "files and URLs are not read: pass a stream as content",
  domainName: "it belongs in dkim.keys",
  keySelector: "it belongs in dkim.keys",
  privateKey: "it belongs in dkim.keys",
  ret: "use return",
  envid: "use envelopeId",
  orcpt: "use originalRecipient",
};

type Kind = keyof typeof NAMES;

/** Checks that everything in a message is the kind of thing that it should be, which callers without types cannot know. */
export function validateShape(message: object, problems: ProblemList): void {
  checkNames("", message, "message", problems);
  for (const kind of ["calendar", "list", "dsn", "envelope"] as const)
    objectAt(kind, field(message, kind), kind, problems);
  listAt("attachments", field(message, "attachments"), "attachment", problems);
  listAt("alternatives", field(message, "alternatives"), "alternative", problems);
  plainAt("headers", field(message, "headers"), problems);
  const references = field(message, "references");
  if (references !== undefined && typeof references !== "string" && !Array.isArray(references))
    problems.add("references", "type", "is neither a string nor a list of ids");
  const to = field(field(message, "envelope"), "to");
  if (to !== undefined && !Array.isArray(to)) problems.add("envelope.to", "type", "is no list of addresses");
  const attachments = field(message, "attachments");
  if (Array.isArray(attachments))
    for (const [index, attachment] of attachments.entries())
      plainAt(`attachments[${index}].headers`, field(attachment, "headers"), problems);
  validateDkim(field(message, "dkim"), problems);
}

/** Checks the shape of DKIM options. */
export function validateDkim(dkim: unknown, problems: ProblemList): void {
  if (!objectAt("dkim", dkim, "dkim", problems) || dkim === undefined) return;
  const given = field(dkim, "keys");
  const isMany = Array.isArray(given);
  const keys: readonly unknown[] = isMany ? given : [given];
  if (keys.length === 0) problems.add("dkim.keys", "required", "is empty");
  for (const [index, key] of keys.entries()) {
    const path = isMany ? `dkim.keys[${index}]` : "dkim.keys";
    if (key === undefined) problems.add(path, "required", "is missing");
    else if (objectAt(path, key, "dkimKey", problems))
      for (const name of NAMES.dkimKey)
        if (typeof field(key, name) !== "string") problems.add(`${path}.${name}`, "required", "is no string");
  }
  for (const name of ["headerFieldNames", "skipFields"]) {
    const value = field(dkim, name);
    if (value !== undefined && typeof value !== "string")
      problems.add(`dkim.${name}`, "type", "is no string of names separated by colons");
  }
}

function listAt(path: string, list: unknown, kind: Kind, problems: ProblemList): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) return problems.add(path, "type", "is no list");
  for (const [index, entry] of list.entries()) {
    if (entry === undefined) problems.add(`${path}[${index}]`, "type", "is no object");
    else objectAt(`${path}[${index}]`, entry, kind, problems);
  }
}

/** Whether it is an object of this kind, or not there at all. */
function objectAt(path: string, value: unknown, kind: Kind, problems: ProblemList): boolean {
  if (!plainAt(path, value, problems)) return false;
  if (typeof value === "object" && value !== null) checkNames(path, value, kind, problems);
  return true;
}

function plainAt(path: string, value: unknown, problems: ProblemList): boolean {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (value === undefined || isObject) return true;
  problems.add(path, "type", "is no object");
  return false;
}

function checkNames(path: string, value: object, kind: Kind, problems: ProblemList): void {
  const known: readonly string[] = NAMES[kind];
  for (const [name, content] of Object.entries(value)) {
    if (content === undefined || known.includes(name)) continue;
    // The missing content says it, and says what to do.
    if ((name === "path" || name === "href") && field(value, "content") === undefined) continue;
    const nearest = nearestName(name, known);
    const hint =
      OTHER_NAMES[name] ??
      (nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`);
    problems.add(path === "" ? name : `${path}.${name}`, "unknown-option", `is no option; ${hint}`);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
