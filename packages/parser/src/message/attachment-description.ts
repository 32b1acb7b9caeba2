/** Everything about an {@link Attachment} but what has to be decoded for it. */
export interface AttachmentDescription {
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
  readonly isRelated: boolean;
}
