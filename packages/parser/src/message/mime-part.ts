import type { MessageHeaders } from "@mailwright/mime";

/** One node of the MIME tree; offsets count bytes from the start of the message. */
export interface MimePart {
  /** Numbered as in IMAP (RFC 9051 §6.4.5.1): `"1"`, `"2.1"`; a multipart at the top has the empty path. */
  readonly path: string;
  /** Media type in lower case; `"text/plain"` when none was given. */
  readonly contentType: string;
  /** Parameters of Content-Type, names in lower case, values decoded. */
  readonly parameters: ReadonlyMap<string, string>;
  /** In lower case; empty when none was given. */
  readonly transferEncoding: string;
  /** In lower case, `"inline"` or `"attachment"` as a rule; `undefined` when none was given. */
  readonly disposition: string | undefined;
  /** From Content-Disposition, else from Content-Type; decoded, and not safe as a path. */
  readonly filename: string | undefined;
  /** Without angle brackets. */
  readonly contentId: string | undefined;
  readonly headers: MessageHeaders;
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** The parts of a multipart; a message in the message is not opened here, see {@link Attachment.message}. */
  readonly children: readonly MimePart[];
}
