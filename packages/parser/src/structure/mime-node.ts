import {
  MessageHeaders,
  type ParameterizedValue,
  parseHeaderValue,
  parseParameterizedValue,
} from "@mailwright/mime";
import { showAs } from "../inspectable.js";
import type { MimePart } from "../message/mime-part.js";
import { describePart, type PartJson, toPartJson } from "./part-json.js";

const NO_VALUE: ParameterizedValue = { value: "", parameters: new Map() };
const MULTIPART = /multipart\//i;

/** A {@link MimePart} over the bytes of its message; header fields are parsed when they are asked for. */
export class MimeNode implements MimePart {
  readonly children: MimeNode[] = [];
  readonly headers: MessageHeaders;
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly parent: MimeNode | undefined;
  bodyEnd: number;
  /** A multipart of which no part could be found is read as text. */
  isOpaque = false;
  path = "";
  /** The block may name one: most parts are told apart by this, before a field of theirs is looked at. */
  readonly #mayBeMultipart: boolean;
  #type: string | undefined;
  #parameters: ReadonlyMap<string, string> | undefined;
  #disposition: ParameterizedValue | undefined;

  static {
    showAs<MimeNode>(MimeNode.prototype, "MimePart", describePart);
  }

  constructor(
    bytes: Buffer,
    headerStart: number,
    headerEnd: number,
    bodyStart: number,
    parent: MimeNode | undefined,
  ) {
    const block = bytes.toString("latin1", headerStart, headerEnd);
    this.headers = new MessageHeaders(block);
    // The header of the message itself is long, and looked at by nearly everybody.
    this.#mayBeMultipart = parent === undefined || MULTIPART.test(block);
    this.headerStart = headerStart;
    this.bodyStart = bodyStart;
    this.bodyEnd = bytes.length;
    this.parent = parent;
  }

  get isMultipart(): boolean {
    return this.#mayBeMultipart && !this.isOpaque && this.#mediaType().startsWith("multipart/");
  }

  get contentType(): string {
    const type = this.#mediaType();
    if (this.isOpaque && type.startsWith("multipart/")) return "text/plain";
    if (type.includes("/")) return type;
    if (type === "text") return "text/plain";
    return this.parent?.contentType === "multipart/digest" ? "message/rfc822" : "text/plain";
  }

  get parameters(): ReadonlyMap<string, string> {
    this.#parameters ??= this.#parseField("content-type").parameters;
    return this.#parameters;
  }

  get transferEncoding(): string {
    return this.#parseField("content-transfer-encoding").value;
  }

  get disposition(): string | undefined {
    const value = this.#contentDisposition().value;
    return value === "" ? undefined : value;
  }

  get filename(): string | undefined {
    const name = this.#contentDisposition().parameters.get("filename") ?? this.parameters.get("name");
    return name === undefined || name === "" ? undefined : name;
  }

  get contentId(): string | undefined {
    const raw = this.headers.get("content-id")?.trim();
    if (raw === undefined || raw === "") return undefined;
    return raw.startsWith("<") && raw.endsWith(">") ? raw.slice(1, -1) : raw;
  }

  /** Without the way back to the parent, which JSON cannot take. */
  toJSON(): PartJson {
    return toPartJson(this);
  }

  #mediaType(): string {
    this.#type ??= parseHeaderValue(this.headers.getRaw("content-type") ?? "");
    return this.#type;
  }

  #contentDisposition(): ParameterizedValue {
    this.#disposition ??= this.#parseField("content-disposition");
    return this.#disposition;
  }

  #parseField(name: string): ParameterizedValue {
    const raw = this.headers.getRaw(name);
    return raw === undefined ? NO_VALUE : parseParameterizedValue(raw);
  }
}
