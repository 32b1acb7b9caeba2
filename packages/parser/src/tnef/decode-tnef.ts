import { decodeWindows1252 } from "@mailwright/mime";
import { readMapiProperties } from "./mapi-properties.js";

/** A file in a TNEF container. */
interface TnefFile {
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly contentId: string | undefined;
  readonly content: Buffer;
}

/** What Outlook packed into `winmail.dat` (MS-OXTNEF). */
export interface TnefContent {
  readonly files: readonly TnefFile[];
  readonly text: string | undefined;
  readonly html: string | undefined;
}

const SIGNATURE = 0x223e9f78;
const MAX_FILES = 1_000;
/** The low half of an attribute's identifier; the high half is its type. */
const BODY = 0x800c;
const MESSAGE_PROPERTIES = 0x9003;
const ATTACHMENT_START = 0x9002;
const ATTACHMENT_TITLE = 0x8010;
const ATTACHMENT_DATA = 0x800f;
const ATTACHMENT_PROPERTIES = 0x9005;

/** MAPI property identifiers (MS-OXPROPS). */
const PR_BODY = 0x1000;
const PR_HTML = 0x1013;
const PR_ATTACH_DATA = 0x3701;
const PR_ATTACH_LONG_FILENAME = 0x3707;
const PR_ATTACH_MIME_TAG = 0x370e;
const PR_ATTACH_CONTENT_ID = 0x3712;

interface OpenFile {
  title: string | undefined;
  content: Buffer | undefined;
  properties: ReadonlyMap<number, Buffer | string>;
}

/** Reads a TNEF container as far as it is sound; `undefined` when the bytes are none. */
export function decodeTnef(bytes: Buffer): TnefContent | undefined {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return undefined;
  const files: OpenFile[] = [];
  let text: string | undefined;
  let properties: ReadonlyMap<number, Buffer | string> = new Map();
  // Level (1 byte), attribute (4), length (4), data, checksum (2).
  for (let at = 6; at + 11 <= bytes.length && files.length < MAX_FILES; ) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const data = bytes.subarray(at + 9, at + 9 + length);
    if (data.length < length) break;
    const file = files.at(-1);
    if (id === BODY) text = withoutNul(decodeWindows1252(data));
    else if (id === MESSAGE_PROPERTIES) properties = readMapiProperties(data);
    else if (id === ATTACHMENT_START)
      files.push({ title: undefined, content: undefined, properties: new Map() });
    else if (file !== undefined && id === ATTACHMENT_TITLE) file.title = withoutNul(decodeWindows1252(data));
    else if (file !== undefined && id === ATTACHMENT_DATA) file.content = data;
    else if (file !== undefined && id === ATTACHMENT_PROPERTIES) file.properties = readMapiProperties(data);
    at += 11 + length;
  }
  return {
    files: files.flatMap((file) => toFile(file) ?? []),
    text: text ?? toText(properties.get(PR_BODY)),
    html: toText(properties.get(PR_HTML)),
  };
}

function toFile({ title, content, properties }: OpenFile): TnefFile | undefined {
  const object = properties.get(PR_ATTACH_DATA);
  const data = content ?? (Buffer.isBuffer(object) ? object : undefined);
  if (data === undefined) return undefined;
  return {
    filename: toText(properties.get(PR_ATTACH_LONG_FILENAME)) ?? title,
    contentType: toText(properties.get(PR_ATTACH_MIME_TAG))?.toLowerCase(),
    contentId: toText(properties.get(PR_ATTACH_CONTENT_ID)),
    content: data,
  };
}

function toText(value: Buffer | string | undefined): string | undefined {
  const text = Buffer.isBuffer(value) ? decodeWindows1252(value) : value;
  return text === undefined || text === "" ? undefined : withoutNul(text);
}

function withoutNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}
