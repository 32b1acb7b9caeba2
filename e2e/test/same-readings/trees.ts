import type { ImapPart } from "@mailwright/imap";
import type { MimePart, ParsedMessage } from "@mailwright/parser";

type Told = Pick<
  ImapPart,
  "path" | "contentType" | "parameters" | "transferEncoding" | "disposition" | "filename" | "contentId"
>;

/** All parts of a message that IMAP took apart, those of attached messages too, each on one line. */
export function partsByImap({ children, message, ...part }: ImapPart): string[] {
  const below = message === undefined ? children : [message.structure];
  return [toLine(part, part.encodedBytes), ...below.flatMap(partsByImap)];
}

/** The same from its octets, where an attached message is a message of its own and numbered so. */
export function partsByParser({ structure, attachments }: ParsedMessage, section = ""): string[] {
  const visit = (part: MimePart): string[] => {
    const { contentType, parameters, transferEncoding, disposition, filename, contentId } = part;
    const { path: own, children, bodyStart, bodyEnd } = part;
    const path = section === "" ? own : own === "" ? `${section}.TEXT` : `${section}.${own}`;
    const told = { path, contentType, parameters, transferEncoding, disposition, filename, contentId };
    const inner = attachments.find((file) => file.path === own)?.message();
    const below = inner === undefined ? children.flatMap(visit) : partsByParser(inner, path);
    return [toLine(told, bodyEnd - bodyStart), ...below];
  };
  return visit(structure);
}

/** What servers tell, and no more: of a multipart neither size, encoding nor id; of what is the default, that it is. */
function toLine(part: Told, bytes: number | undefined): string {
  const { path, contentType, parameters, transferEncoding, disposition, filename, contentId } = part;
  const named = [...parameters].filter(
    ([name, value]) => name !== "charset" || value.toLowerCase() !== "us-ascii",
  );
  const words: unknown[] = [path, contentType, Object.fromEntries(named.sort()), disposition, filename];
  if (!contentType.startsWith("multipart/")) words.push(contentId, transferEncoding || "7bit", bytes);
  return JSON.stringify(words);
}
