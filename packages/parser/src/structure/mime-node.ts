import {
  MessageHeaders,
  type ParameterizedValue,
  parseHeaderValue,
  parseParameterizedValue,
} from "@mailwright/mime";
import { showAs } from "../inspectable.js";
import type { MimePart } from "../message/mime-part.js";
import { withoutPadding } from "./boundary-search.js";
import { describePart, type PartJson, toPartJson } from "./part-json.js";

const NO_VALUE: ParameterizedValue = { value: "", parameters: new Map() };
const BOUNDARY = /[;\s]boundary\s{0,9}=\s{0,9}(?:"([^"]{1,999})"|([^\s;"]{1,999}))/gi;
const FOLDED = /boundary\s{0,9}=\s{0,9}"[^"\r\n]{0,999}[\r\n]/i;
const BLANK = /[ \t]/;
const MAX_TYPE = 20_000;
const MULTIPART = /multipart\//i;

/** A {@link MimePart} over the bytes of its message; header fields are parsed when they are asked for. */
export class MimeNode implements MimePart {
  readonly children: MimeNode[] = [];
  readonly headers: MessageHeaders;
  readonly headerStart: number;
  readonly headerEnd: number;
  readonly bodyStart: number;
  readonly parent: MimeNode | undefined;
  bodyEnd: number;
  path = "";
  /** The block may name one: most parts are told apart by this, before a field of theirs is looked at. */
  readonly #mayBeMultipart: boolean;
  #isOpaque = false;
  #typeFields: readonly string[] | undefined;
  #rawType: string | undefined;
  #type: string | undefined;
  #parameters: ReadonlyMap<string, string> | undefined;
  #transferEncoding: string | undefined;
  #disposition: ParameterizedValue | undefined;

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
    this.headerEnd = headerEnd;
    this.bodyStart = bodyStart;
    this.bodyEnd = bytes.length;
    this.parent = parent;
    showAs<MimeNode>(MimeNode.prototype, "MimePart", describePart);
  }

  /** A multipart of which no part could be found: it is read as text, or as another Content-Type field says. */
  get isOpaque(): boolean {
    return this.#isOpaque;
  }

  giveUpParts(): void {
    this.#isOpaque = true;
    this.#rawType = this.#allTypes().findLast((raw) => !isMultipart(raw)) ?? this.#rawType;
    this.#type = undefined;
    this.#parameters = undefined;
  }

  /** Whether another Content-Type field of a multipart says that it is none. */
  get isDisputed(): boolean {
    const fields = this.#allTypes();
    return fields.length > 1 && fields.some((raw) => !isMultipart(raw));
  }

  /** The boundaries that a multipart declares: the one that counts, then those that other readers may take. */
  get boundaries(): string[] {
    const counted = withoutPadding(this.parameters.get("boundary") ?? "");
    const fields = this.#allTypes();
    // Nearly all have one field with one boundary.
    if (fields.length === 1 && namesOneBoundary(this.typeField)) return spellingsOf(counted);
    const all = fields.filter(isMultipart).flatMap((raw) => [...raw.slice(0, MAX_TYPE).matchAll(BOUNDARY)]);
    const others = all.length < 2 ? [] : all.map(([, quoted, plain]) => quoted ?? plain ?? "").slice(0, 9);
    return [...new Set([counted, ...others.map(withoutPadding)].flatMap(spellingsOf))];
  }

  /** Whether the boundary goes on in another line of the header, behind blanks that some take for a part of it. */
  get isBoundaryFolded(): boolean {
    const boundary = this.parameters.get("boundary") ?? "";
    return BLANK.test(boundary) && FOLDED.test(this.headers.toBytes().toString("latin1"));
  }

  get isMultipart(): boolean {
    return this.#mayBeMultipart && !this.#isOpaque && this.#mediaType().startsWith("multipart/");
  }

  get contentType(): string {
    const type = this.#mediaType();
    if (this.#isOpaque && type.startsWith("multipart/")) return "text/plain";
    if (type.includes("/")) return type;
    if (type === "text") return "text/plain";
    return this.parent?.contentType === "multipart/digest" ? "message/rfc822" : "text/plain";
  }

  get parameters(): ReadonlyMap<string, string> {
    this.#parameters ??= parseParameterizedValue(this.typeField).parameters;
    return this.#parameters;
  }

  /**
   * The Content-Type field, unfolded. Of several the last one counts, as most readers take it, but a multipart before any
   * other: what hides parts from some readers must not hide them here.
   */
  get typeField(): string {
    this.#rawType ??= this.#findType();
    return this.#rawType;
  }

  get transferEncoding(): string {
    this.#transferEncoding ??= parseHeaderValue(this.headers.getRaw("content-transfer-encoding") ?? "");
    return this.#transferEncoding;
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
    this.#type ??= parseHeaderValue(this.typeField);
    return this.#type;
  }

  #findType(): string {
    const fields = this.#allTypes();
    const last = fields.at(-1) ?? "";
    if (fields.length < 2 || !this.#mayBeMultipart) return last;
    return fields.findLast(isMultipart) ?? last;
  }

  #allTypes(): readonly string[] {
    this.#typeFields ??= this.headers.getAllRaw("content-type");
    return this.#typeFields;
  }

  #contentDisposition(): ParameterizedValue {
    if (this.#disposition === undefined) {
      const raw = this.headers.getRaw("content-disposition");
      this.#disposition = raw === undefined ? NO_VALUE : parseParameterizedValue(raw);
    }
    return this.#disposition;
  }
}

function namesOneBoundary(rawType: string): boolean {
  const type = rawType.slice(0, MAX_TYPE).toLowerCase();
  return type.indexOf("boundary", type.indexOf("boundary") + 1) < 0;
}

/** A boundary with blanks as it stands, and as its lines may have it where they came from folding. */
function spellingsOf(boundary: string): string[] {
  if (!BLANK.test(boundary)) return [boundary];
  return [boundary, boundary.replace(/[ \t]+/g, " "), boundary.replace(/[ \t]+/g, "")];
}

function isMultipart(rawType: string): boolean {
  return parseHeaderValue(rawType).startsWith("multipart/");
}
