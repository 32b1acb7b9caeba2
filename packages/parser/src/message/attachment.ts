import type { ParsedMessage } from "./parsed-message.js";

/** A part of a message that is not one of its bodies. */
export interface Attachment {
  /** Path of the part, as in {@link MimePart.path}; what was found inside a part has a suffix (`"2/uuencode.1"`). */
  readonly path: string;
  /** As the sender wrote it, decoded: may hold separators, control characters, anything. Never use it as a path. */
  readonly filename: string | undefined;
  /** Fit for a file system, unique among the attachments of the message, at most 150 bytes of UTF-8. */
  readonly safeFilename: string;
  /** As declared, in lower case. */
  readonly contentType: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** In lower case; `undefined` when the sender gave none. */
  readonly disposition: string | undefined;
  /** Without angle brackets, as in `cid:` links. */
  readonly contentId: string | undefined;
  /** Stands in a `multipart/related`: an image of the HTML body, as a rule. */
  readonly related: boolean;
  /** Size of the decoded content; decodes it when first asked. */
  readonly sizeBytes: number;
  /**
   * The decoded bytes; decoded anew at each call, so that nothing large is kept, but for the files that stood in a
   * `winmail.dat` or uuencoded in a text.
   */
  content(): Buffer;
  /**
   * Hash of the decoded bytes in hexadecimal, by any algorithm of `node:crypto`.
   *
   * @defaultValue algorithm `"sha256"`
   */
  checksum(algorithm?: string): string;
  /**
   * The message in a `message/rfc822` or `message/global` part, parsed with the same limits; `undefined` for other
   * types, and when messages are nested deeper than `maxDepth`.
   */
  message(): ParsedMessage | undefined;
}
