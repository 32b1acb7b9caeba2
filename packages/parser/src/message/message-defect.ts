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
  | "malformed-delimiter"
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
export interface MessageDefect {
  readonly code: DefectCode;
  /** For people; holds no more than a short quotation of the message. */
  readonly detail: string;
  /** Path of the part it was found in, as in {@link MimePart.path}. */
  readonly part?: string;
}
