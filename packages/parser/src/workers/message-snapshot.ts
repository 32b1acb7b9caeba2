import type { CalendarPart } from "../message/calendar-part.js";
import type { Defect } from "../message/defect.js";
import type { MimePart } from "../message/mime-part.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import { describePart } from "../message/part-json.js";
import type { Protection } from "../message/protection.js";
import type { AttachmentDescription } from "../open/part-attachment.js";

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
  readonly defects: readonly Defect[];
  readonly truncated: boolean;
}

/** Decodes everything in a message. */
export function takeSnapshot(message: ParsedMessage): MessageSnapshot {
  const { text, html, calendar, encryption, signature } = message;
  const attachments = message.attachments.map((attachment): AttachmentSnapshot => {
    const { path, filename, safeFilename, contentType, parameters, disposition, contentId, related } =
      attachment;
    const bytes = new Uint8Array(attachment.content());
    return { path, filename, safeFilename, contentType, parameters, disposition, contentId, related, bytes };
  });
  const structure = snapshotPart(message.structure);
  const { defects, truncated } = message;
  return { text, html, attachments, structure, calendar, encryption, signature, defects, truncated };
}

function snapshotPart(part: MimePart): PartSnapshot {
  return {
    ...describePart(part),
    header: part.headers.toBytes(),
    children: part.children.map(snapshotPart),
  };
}
