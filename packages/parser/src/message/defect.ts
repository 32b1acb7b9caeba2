/** What can be wrong with a message that is read all the same. */
export type DefectCode =
  | "size-limit"
  | "header-limit"
  | "part-limit"
  | "depth-limit"
  | "address-limit"
  | "time-limit"
  | "no-header"
  | "missing-header"
  | "malformed-header"
  | "duplicate-header"
  | "raw-header-bytes"
  | "missing-boundary"
  | "unclosed-multipart"
  | "mixed-line-ends"
  | "unknown-transfer-encoding"
  | "malformed-transfer-encoding"
  | "unknown-charset"
  | "mislabelled-charset"
  | "malformed-date"
  | "misleading-display-name"
  | "ambiguous-sender";

/** One deviation from the standards, or one limit that was met. */
export interface Defect {
  readonly code: DefectCode;
  /** For people; holds no more than a short quotation of the message. */
  readonly detail: string;
  /** Path of the part it was found in, as in {@link MimePart.path}. */
  readonly part?: string;
}

const MAX_DEFECTS = 200;
const LIMIT_CODES: ReadonlySet<DefectCode> = new Set([
  "size-limit",
  "header-limit",
  "part-limit",
  "depth-limit",
  "address-limit",
  "time-limit",
]);

/** Gathers defects while a message is read: bounded, and each code once per part. */
export class DefectLog {
  readonly #defects: Defect[] = [];
  #seen: Set<string> | undefined;
  #truncated = false;

  add(code: DefectCode, detail: string, part?: string): void {
    if (LIMIT_CODES.has(code)) this.#truncated = true;
    const key = `${code} ${part ?? ""}`;
    this.#seen ??= new Set();
    if (this.#seen.has(key) || this.#defects.length >= MAX_DEFECTS) return;
    this.#seen.add(key);
    this.#defects.push(part === undefined ? { code, detail } : { code, detail, part });
  }

  get defects(): readonly Defect[] {
    return this.#defects;
  }

  /** Whether a limit was met, so that something of the message is missing. */
  get truncated(): boolean {
    return this.#truncated;
  }
}
