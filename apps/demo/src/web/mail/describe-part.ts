import type { MessageBody, MessagePart } from "../api/answers.js";
import { formatSize } from "./format.js";

type File = MessageBody["attachments"][number];

/** What a part says of itself beside its type; what is plain is not named. */
export function describePart(part: Omit<MessagePart, "children">): string {
  const { charset, transferEncoding, disposition, encodedBytes } = part;
  const words = [
    charset,
    transferEncoding,
    encodedBytes === null ? null : formatSize(encodedBytes),
    disposition,
  ];
  return words.filter((word) => word !== null && word !== "").join(" · ");
}

/** The file that a part can be saved as. A broken message may be numbered otherwise by its server. */
export function fileOf(
  { path, contentType }: Omit<MessagePart, "children">,
  files: readonly File[],
): File | undefined {
  return files.find((file) => file.part === path && file.contentType === contentType);
}
