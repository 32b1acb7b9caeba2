import { Readable } from "node:stream";
import { beforeImport } from "@mailwright/core/internal";
import { MessageHeaders } from "@mailwright/mime";
import type { AttachmentStream, HeaderLines, MailParser, MessageText } from "mailparser";
import { toSafeFilename } from "../files/safe-filename.js";
import { DefectLog } from "../message/defect-log.js";
import { resolveParseLimits } from "../message/parse-limits.js";
import { findHeaderDefects } from "../open/header-defects.js";
import { HeaderView } from "../open/header-view.js";
import { PassingAttachment, type PassingDescription } from "./passing-attachment.js";
import { SourceMeter } from "./source-meter.js";
import { resolveStreamLimits, type StreamLimits } from "./stream-limits.js";
import type { StreamedEnd, StreamedFile, StreamedHeader, StreamedPart } from "./streamed-part.js";

/** How {@link streamMessage} works. */
export interface StreamOptions {
  readonly limits?: Partial<StreamLimits> | undefined;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a message of any size with bounded memory, by mailparser: first the header, then each attachment as a stream,
 * last the bodies. Leaving the loop early destroys the source; an error of the source rejects; what is wrong with the
 * message does not.
 */
export async function* streamMessage(
  source: Readable | AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): AsyncGenerator<StreamedPart, void, undefined> {
  beforeImport();
  const { MailParser: Parser } = await import("mailparser");
  const limits = resolveStreamLimits(options.limits);
  const defects = new DefectLog();
  const meter = new SourceMeter(limits, defects);
  const parser = new Parser(PARSER_OPTIONS);
  const input = source instanceof Readable ? source : Readable.from(source);
  const onAbort = (): unknown => input.destroy(toError(options.signal?.reason));
  if (options.signal?.aborted === true) throw toError(options.signal.reason);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const failure = feed(input, parser, meter);
  try {
    yield* readParts(parser, meter, limits, defects, failure);
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    input.destroy();
    parser.destroy();
  }
}

/** Everything that costs time per byte of text is left out; none of it is part of the result. */
const PARSER_OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  keepDeliveryStatus: true,
  checksumAlgo: "sha1",
};

/** The error of the source, once it has failed. */
interface Failure {
  source: Error | undefined;
}

function feed(input: Readable, parser: MailParser, meter: SourceMeter): Failure {
  const failure: Failure = { source: undefined };
  input.once("error", (error) => {
    failure.source = error;
    parser.destroy(error);
  });
  // mailparser may report errors after the one that ended the iteration: none may reach the process.
  parser.on("error", () => undefined);
  meter.once("stop", () => input.unpipe(meter));
  input.pipe(meter).pipe(parser);
  return failure;
}

async function* readParts(
  parser: MailParser,
  meter: SourceMeter,
  limits: StreamLimits,
  defects: DefectLog,
  failure: Failure,
): AsyncGenerator<StreamedPart, void, undefined> {
  let header: StreamedHeader | undefined;
  parser.once("headerLines", (lines: HeaderLines) => {
    header = toHeader(lines, limits, defects);
  });
  let isHeaderSent = false;
  const names = new Map<string, number>();
  let bodies: MessageText = { type: "text" };
  try {
    for await (const item of parser) {
      if (header !== undefined && !isHeaderSent) yield header;
      isHeaderSent = true;
      const data: unknown = item;
      if (isAttachment(data)) yield* passAttachment(data, meter, names);
      else if (isText(data)) bodies = data;
    }
  } catch (error) {
    if (failure.source !== undefined) throw failure.source;
    defects.add("part-limit", error instanceof Error ? error.message.slice(0, 100) : "unreadable");
  }
  if (header !== undefined && !isHeaderSent) yield header;
  if (header !== undefined) findHeaderDefects(header.envelope, defects);
  yield toEnd(bodies, defects);
}

async function* passAttachment(
  data: AttachmentStream,
  meter: SourceMeter,
  names: Map<string, number>,
): AsyncGenerator<StreamedFile, void, undefined> {
  const { content } = data;
  if (!(content instanceof Readable)) return data.release?.();
  content.once("error", () => undefined);
  meter.openAttachment();
  try {
    yield { type: "attachment", attachment: new PassingAttachment(describe(data, names), content) };
  } finally {
    meter.closeAttachment();
    data.release?.();
    content.resume();
  }
}

function describe(data: AttachmentStream, names: Map<string, number>): PassingDescription {
  const { contentType, contentDisposition, cid, filename, partId, related } = data;
  const name = typeof filename === "string" && filename !== "" ? filename : undefined;
  return {
    path: partId ?? "1",
    filename: name,
    safeFilename: toSafeFilename(name, { fallback: `attachment-${names.size + 1}`, taken: names }),
    contentType: contentType.toLowerCase(),
    disposition: contentDisposition?.toLowerCase(),
    contentId: cid,
    isRelated: related === true,
  };
}

function toHeader(lines: HeaderLines, limits: StreamLimits, defects: DefectLog): StreamedHeader {
  const headers = new MessageHeaders(lines.map(({ line }) => line).join("\n"));
  const { maxAddresses } = limits;
  return { type: "header", envelope: new HeaderView(headers, resolveParseLimits({ maxAddresses }), defects) };
}

function toEnd(data: MessageText, defects: DefectLog): StreamedEnd {
  const html = typeof data.html === "string" ? data.html : undefined;
  return { type: "end", text: data.text, html, defects: defects.defects, isTruncated: defects.isTruncated };
}

function isAttachment(data: unknown): data is AttachmentStream {
  return isTyped(data) && data.type === "attachment";
}

function isText(data: unknown): data is MessageText {
  return isTyped(data) && data.type === "text";
}

function isTyped(data: unknown): data is { readonly type: unknown } {
  return typeof data === "object" && data !== null && "type" in data;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted");
}
