import type { Attachment } from "./attachment.js";

/** Everything about an {@link Attachment} but its bytes, as plain data. */
export interface AttachmentJson
  extends Pick<
    Attachment,
    | "path"
    | "filename"
    | "safeFilename"
    | "contentType"
    | "disposition"
    | "contentId"
    | "related"
    | "sizeBytes"
  > {
  readonly parameters: Readonly<Record<string, string>>;
}

/** Describes an attachment as plain data; decodes it for its size. */
export function toAttachmentJson(attachment: Attachment): AttachmentJson {
  const { path, filename, safeFilename, contentType, disposition, contentId, related, sizeBytes } =
    attachment;
  const parameters = Object.fromEntries(attachment.parameters);
  return {
    path,
    filename,
    safeFilename,
    contentType,
    parameters,
    disposition,
    contentId,
    related,
    sizeBytes,
  };
}
