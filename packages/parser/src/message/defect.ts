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

/** What one kind of defect may list of its parts: a message of a thousand broken parts must not hide what else is wrong. */
const MAX_PARTS_PER_CODE = 100;
const LIMIT_CODES: ReadonlySet<DefectCode> = new Set([
  "size-limit",
  "header-limit",
  "part-limit",
  "depth-limit",
  "address-limit",
  "time-limit",
]);

/**
 * Gathers defects while a message is read: each code once per part, and for a hundred parts at most. What concerns the
 * message as a whole always has its place, however much is wrong with the parts.
 */
export class DefectLog {
  readonly #defects: Defect[] = [];
  /** For each code the paths of the parts that are listed; the empty one stands for the message. */
  readonly #listed = new Map<DefectCode, Set<string>>();
  #truncated = false;

  add(code: DefectCode, detail: string, part?: string): void {
    if (LIMIT_CODES.has(code)) this.#truncated = true;
    const path = part ?? "";
    const paths = this.#listed.get(code) ?? new Set();
    if (paths.has(path) || (path !== "" && paths.size >= MAX_PARTS_PER_CODE)) return;
    this.#listed.set(code, paths.add(path));
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
