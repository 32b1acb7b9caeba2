import { existsSync } from "node:fs";
import { type AddressEntry, decodeCharset, flattenAddresses } from "@mailwright/mime";
import { describe, expect, test } from "vitest";
import { DefectLog } from "../../src/message/defect-log.js";
import type { ParsedMessage } from "../../src/message/parsed-message.js";
import { decodePartBytes } from "../../src/open/part-text.js";
import { selectBodies } from "../../src/open/select-bodies.js";
import { parseMessage } from "../../src/parse-message.js";
import { MimeNode } from "../../src/structure/mime-node.js";
import { CORPORA, type ReferenceMessage, type ReferencePart, readCorpus } from "./reference-view.js";

/** Where we differ from the reference on purpose; every other message must agree in everything. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  "RFC 2046 §5.1.2: a delimiter of the outer multipart ends the inner one, closed or not": [
    "malformed/001",
    "malformed/009",
    "malformed/011",
    "malformed/012",
    "malformed/016",
    "thirdparty/015",
  ],
  "RFC 2046 §5.1.1: a delimiter is a whole line and starts at the start of a line": [
    "malformed/004",
    "malformed/007",
    "thirdparty/005",
  ],
  "where two headers ran into one, a delimiter ends it, and the multipart of two types counts": [
    "malformed/000",
    "malformed/020",
    "malformed/021",
  ],
  "lines that are no fields at the end of a header are the body: its empty line is missing": [
    "malformed/019",
  ],
  "uuencoded parts are decoded": ["legacy/017", "legacy/026"],
  "a lone backslash in a quoted file name is a path separator, not an escape": ["legacy/035", "legacy/039"],
  "a file name counts even when the disposition has no type": ["malformed/017"],
  "a comment is neither a part of a display name nor, behind a group, an address": ["rfc/000", "rfc/002"],
  "what follows the padding of base64 and is no base64 itself is ignored": ["thirdparty/002"],
  "LF and CRLF give the same text; the reference drops an empty last line in the LF form only": [
    "legacy/049",
  ],
};

type View = Record<string, unknown>;

describe.skipIf(!existsSync(CORPORA))("the message corpus", () => {
  const entries = existsSync(CORPORA) ? readCorpus() : [];
  const deliberate = new Set(Object.values(DIFFERENCES).flat());

  test("has all its messages in both forms, and at most ten kinds of differences", () => {
    expect(entries).toHaveLength(214);
    expect(Object.keys(DIFFERENCES).length).toBeLessThanOrEqual(10);
  });

  test("agrees with the expected results but for the listed differences", () => {
    const differing = new Set<string>();
    for (const { name, source, expected } of entries) {
      const [stem = name] = name.split(" ");
      const [ours, theirs] = [viewOurs(source, expected), viewExpected(expected)];
      if (deliberate.has(stem)) {
        if (!agrees(ours, theirs)) differing.add(stem);
      } else expect(masked(ours, theirs), name).toEqual(theirs);
    }
    // A difference that is none any more must leave the list.
    expect([...differing].sort()).toEqual([...deliberate].sort());
    const messages = entries.length / 2;
    console.log(`corpus: ${messages - deliberate.size} of ${messages} messages agree in everything`);
  });

  test("gives the same text, HTML and attachments for LF, CRLF and CR", () => {
    for (const { name, source } of entries) {
      if (name.endsWith("(CRLF)") || source.includes("\r")) continue;
      // UTF-16 in a binary part: line ends cannot be exchanged in it.
      if (source.includes(0)) continue;
      const lf = source.toString("latin1");
      const views = ["\n", "\r\n", "\r"].map((lineEnd) =>
        summary(parseMessage(Buffer.from(lf.replaceAll("\n", lineEnd), "latin1"))),
      );
      expect(views[1], `${name} with CRLF`).toEqual(views[0]);
      expect(views[2], `${name} with CR`).toEqual(views[0]);
    }
  });
});

if (!existsSync(CORPORA)) console.log("skipped: the shared corpora are not here");

function summary(message: ParsedMessage): unknown {
  const { subject, date, from, to, messageId, text, html } = message;
  const attachments = message.attachments.map((part) => [
    part.safeFilename,
    lf(part.content().toString("latin1")),
  ]);
  return { subject, date, from, to, messageId, text, html, attachments };
}

function viewOurs(source: Buffer, expected: ReferenceMessage): View {
  const message = parseMessage(source);
  const root = message.structure;
  if (!(root instanceof MimeNode)) throw new Error("unexpected structure");
  const bodies = selectBodies(root);
  const text = (part: MimeNode): string => rawText(source, part);
  const attachmentViews = bodies.attachments.map((part, index) => {
    if (part.contentType === "message/rfc822") {
      const nested = expected.parts[attachmentIds(expected)[index] ?? -1]?.body.Message;
      const content = decodePartBytes(source, part, new DefectLog());
      return nested === undefined ? lf(content.toString()) : viewOurs(content, nested);
    }
    return part.contentType.startsWith("text/")
      ? text(part)
      : lf(decodePartBytes(source, part, new DefectLog()).toString("latin1"));
  });
  return {
    from: pairs(message.from),
    to: pairs(message.to),
    cc: pairs(message.cc),
    replyTo: pairs(message.replyTo),
    subject: message.subject ?? null,
    messageId: message.messageId ?? null,
    inReplyTo: message.inReplyTo ?? null,
    references: message.references,
    date: message.headers.has("date") ? (message.date?.toISOString() ?? null) : null,
    text: bodies.text.map(text),
    html: bodies.html.map(text),
    attachments: attachmentViews,
    filenames: bodies.attachments.map((part) => part.filename ?? null),
  };
}

/** The text of a part as the reference gives it: decoded, but with its soft line breaks. */
function rawText(source: Buffer, part: MimeNode): string {
  const { text } = decodeCharset(
    decodePartBytes(source, part, new DefectLog()),
    part.parameters.get("charset"),
  );
  return lf(text);
}

function viewExpected(expected: ReferenceMessage): View {
  const ids = (name: string): string[] => {
    const value = lastHeader(expected, name) as { Text?: string; TextList?: string[] } | undefined;
    return (value?.TextList ?? (value?.Text === undefined ? [] : [value.Text])).map((id) => `<${id}>`);
  };
  return {
    from: expectedPairs(expected, "from"),
    to: expectedPairs(expected, "to"),
    cc: expectedPairs(expected, "cc"),
    replyTo: expectedPairs(expected, "reply_to"),
    subject: (lastHeader(expected, "subject") as { Text?: string } | undefined)?.Text ?? null,
    messageId: ids("message_id")[0] ?? null,
    inReplyTo: ids("in_reply_to")[0] ?? null,
    references: ids("references"),
    date: expectedDate(expected),
    text: textOf(expected, withUndecoded(expected, expected.text_body)),
    html: textOf(expected, withUndecoded(expected, expected.html_body)),
    attachments: attachmentIds(expected).map((id) => {
      const body = expected.parts[id]?.body;
      if (body?.Message !== undefined) return viewExpected(body.Message);
      const binary = body?.Binary ?? body?.InlineBinary;
      return lf(
        binary === undefined ? (body?.Text ?? body?.Html ?? "") : Buffer.from(binary).toString("latin1"),
      );
    }),
    filenames: attachmentIds(expected).map((id) => expectedFilename(expected.parts[id])),
  };
}

/**
 * The reference files a text that it could not decode, or whose multipart is never closed, under attachments. It is a
 * body all the same.
 */
function isUndecodedText(part: ReferencePart | undefined): boolean {
  if (part === undefined || (part.body.Text === undefined && part.body.Html === undefined)) return false;
  const type = part.headers.findLast((header) => header.name === "content_type")?.value as
    | { ContentType?: { c_type: string; c_subtype: string } }
    | undefined;
  const { c_type = "text", c_subtype = "plain" } = type?.ContentType ?? {};
  if (c_type === "multipart") return true;
  return part.is_encoding_problem && c_type === "text" && (c_subtype === "plain" || c_subtype === "html");
}

function withUndecoded(expected: ReferenceMessage, ids: readonly number[]): number[] {
  const undecoded = expected.attachments.filter((id) => isUndecodedText(expected.parts[id]));
  return [...new Set([...ids, ...undecoded])].sort((a, b) => a - b);
}

function attachmentIds(expected: ReferenceMessage): number[] {
  return expected.attachments.filter((id) => !isUndecodedText(expected.parts[id]));
}

/** Inline images stand among the bodies of RFC 8621; we list them as attachments only. */
function textOf(expected: ReferenceMessage, ids: readonly number[]): string[] {
  return ids.flatMap((id) => {
    const { Text, Html } = expected.parts[id]?.body ?? {};
    return Text === undefined && Html === undefined ? [] : [lf(Text ?? Html ?? "")];
  });
}

function lastHeader(expected: ReferenceMessage, name: string): unknown {
  return expected.parts[0]?.headers.findLast((header) => header.name === name)?.value;
}

function expectedPairs(expected: ReferenceMessage, name: string): unknown {
  const value = lastHeader(expected, name) as
    | { Address?: { List?: { name: string | null; address: string | null }[] } }
    | undefined;
  return (value?.Address?.List ?? []).map((entry) => [entry.name, entry.address]);
}

function expectedDate(expected: ReferenceMessage): string | null {
  const value = lastHeader(expected, "date") as { DateTime?: Record<string, number | boolean> } | undefined;
  if (value?.DateTime === undefined) return null;
  const { year, month, day, hour, minute, second, tz_hour, tz_minute, tz_before_gmt } = value.DateTime;
  const offset = (Number(tz_hour) * 60 + Number(tz_minute)) * (tz_before_gmt === true ? -1 : 1);
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return new Date(local - offset * 60_000).toISOString();
}

function expectedFilename(part: ReferencePart | undefined): string | null {
  const attribute = (header: string, name: string): string | undefined => {
    const value = part?.headers.findLast((field) => field.name === header)?.value as
      | { ContentType?: { attributes: { name: string; value: string }[] | null } }
      | undefined;
    return value?.ContentType?.attributes?.find((entry) => entry.name === name)?.value;
  };
  return attribute("content_disposition", "filename") ?? attribute("content_type", "name") ?? null;
}

function pairs(entries: readonly AddressEntry[]): unknown {
  return flattenAddresses(entries).map(({ name, address }) => [
    name === "" ? null : name,
    address === "" ? null : address,
  ]);
}

function agrees(ours: View, theirs: View): boolean {
  return JSON.stringify(masked(ours, theirs)) === JSON.stringify(theirs);
}

/**
 * The reference puts U+FFFD for bytes whose charset is not declared; we guess it. Where it has one, our characters past
 * ASCII count as equal.
 */
function masked(ours: unknown, theirs: unknown): unknown {
  if (typeof ours === "string" && typeof theirs === "string") {
    const plain = (text: string): string => text.replace(/[^\0-\x7f]+/g, "\ufffd");
    return theirs.includes("\ufffd") && plain(ours) === plain(theirs) ? theirs : ours;
  }
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.map((item, index) => masked(item, theirs[index]));
  if (isRecord(ours) && isRecord(theirs))
    return Object.fromEntries(Object.entries(ours).map(([key, value]) => [key, masked(value, theirs[key])]));
  return ours;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lf(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
