import { MessageHeaders } from "./message-headers.js";
import type { MimePart } from "./mime-part.js";
import { type ParameterizedValue, parseParameterizedValue } from "./parameterized-value.js";

const NO_VALUE: ParameterizedValue = { value: "", parameters: new Map() };

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
  readonly #type: ParameterizedValue;
  #disposition: ParameterizedValue | undefined;

  constructor(
    bytes: Buffer,
    headerStart: number,
    headerEnd: number,
    bodyStart: number,
    parent: MimeNode | undefined,
  ) {
    this.headers = new MessageHeaders(bytes.toString("latin1", headerStart, headerEnd));
    this.headerStart = headerStart;
    this.bodyStart = bodyStart;
    this.bodyEnd = bytes.length;
    this.parent = parent;
    const raw = this.headers.getRaw("content-type");
    this.#type = raw === undefined ? NO_VALUE : parseParameterizedValue(raw);
  }

  get isMultipart(): boolean {
    return !this.isOpaque && this.#type.value.startsWith("multipart/");
  }

  get contentType(): string {
    const type = this.#type.value;
    if (this.isOpaque && type.startsWith("multipart/")) return "text/plain";
    if (type.includes("/")) return type;
    if (type === "text") return "text/plain";
    return this.parent?.contentType === "multipart/digest" ? "message/rfc822" : "text/plain";
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#type.parameters;
  }

  get transferEncoding(): string {
    const raw = this.headers.getRaw("content-transfer-encoding");
    return raw === undefined ? "" : parseParameterizedValue(raw).value;
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

  #contentDisposition(): ParameterizedValue {
    if (this.#disposition === undefined) {
      const raw = this.headers.getRaw("content-disposition");
      this.#disposition = raw === undefined ? NO_VALUE : parseParameterizedValue(raw);
    }
    return this.#disposition;
  }
}
