import type { DefectCode, MessageDefect } from "./message-defect.js";

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
  readonly #defects: MessageDefect[] = [];
  /** For each code the paths of the parts that are listed; the empty one stands for the message. */
  readonly #listed = new Map<DefectCode, Set<string>>();
  #isTruncated = false;

  add(code: DefectCode, detail: string, part?: string): void {
    if (LIMIT_CODES.has(code)) this.#isTruncated = true;
    const path = part ?? "";
    const paths = this.#listed.get(code) ?? new Set();
    if (paths.has(path) || (path !== "" && paths.size >= MAX_PARTS_PER_CODE)) return;
    this.#listed.set(code, paths.add(path));
    this.#defects.push(part === undefined ? { code, detail } : { code, detail, part });
  }

  get defects(): readonly MessageDefect[] {
    return this.#defects;
  }

  /** Whether a limit was met, so that something of the message is missing. */
  get isTruncated(): boolean {
    return this.#isTruncated;
  }
}
