import type { AttachmentDescription } from "../message/attachment-description.js";
import type { CalendarPart } from "../message/calendar-part.js";
import type { MessageDefect } from "../message/message-defect.js";
import type { MimePart } from "../message/mime-part.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import type { Protection } from "../message/protection.js";
import { describePart } from "../structure/part-json.js";

/** An attachment as plain data. */
type AttachmentSnapshot = AttachmentDescription & { readonly bytes: Uint8Array<ArrayBuffer> };

/** A part of the MIME tree as plain data. */
export type PartSnapshot = Omit<MimePart, "headers" | "children"> & {
  readonly header: Uint8Array;
  readonly children: readonly PartSnapshot[];
};

/** A message decoded in full as plain data, fit to be sent from one thread to another. */
export interface MessageSnapshot {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly AttachmentSnapshot[];
  readonly structure: PartSnapshot;
  readonly calendar: CalendarPart | undefined;
  readonly encryption: Protection | undefined;
  readonly signature: Protection | undefined;
  readonly defects: readonly MessageDefect[];
  readonly isTruncated: boolean;
}

/** Decodes everything in a message. */
export function takeSnapshot(message: ParsedMessage): MessageSnapshot {
  const { text, html, calendar, encryption, signature } = message;
  const attachments = message.attachments.map((attachment): AttachmentSnapshot => {
    const { path, filename, safeFilename, contentType, parameters, disposition, contentId, isRelated } =
      attachment;
    const bytes = new Uint8Array(attachment.content());
    return {
      path,
      filename,
      safeFilename,
      contentType,
      parameters,
      disposition,
      contentId,
      isRelated,
      bytes,
    };
  });
  const structure = snapshotPart(message.structure);
  const { defects, isTruncated } = message;
  return { text, html, attachments, structure, calendar, encryption, signature, defects, isTruncated };
}

function snapshotPart(part: MimePart): PartSnapshot {
  return {
    ...describePart(part),
    header: part.headers.toBytes(),
    children: part.children.map(snapshotPart),
  };
}
