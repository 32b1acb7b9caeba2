import type { Attachment } from "./attachment.js";
import type { CalendarPart } from "./calendar-part.js";
import { type Defect, DefectLog } from "./defect.js";
import { HeaderView } from "./header-view.js";
import { MessageHeaders } from "./message-headers.js";
import type { MessageSnapshot, PartSnapshot } from "./message-snapshot.js";
import type { MimePart } from "./mime-part.js";
import { openMessage } from "./open-message.js";
import type { ParseLimits } from "./parse-limits.js";
import type { ParsedMessage } from "./parsed-message.js";
import { PartAttachment } from "./part-attachment.js";
import type { Protection } from "./protection.js";

/** A {@link ParsedMessage} from a snapshot: its contents are decoded already. */
export class RestoredMessage extends HeaderView implements ParsedMessage {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
  readonly structure: MimePart;
  readonly calendar: CalendarPart | undefined;
  readonly encryption: Protection | undefined;
  readonly signature: Protection | undefined;
  readonly defects: readonly Defect[];
  readonly truncated: boolean;

  constructor(snapshot: MessageSnapshot, limits: ParseLimits) {
    const structure = restorePart(snapshot.structure);
    super(structure.headers, limits, new DefectLog());
    this.structure = structure;
    this.text = snapshot.text;
    this.html = snapshot.html;
    this.attachments = snapshot.attachments.map(({ bytes, ...description }) => {
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return new PartAttachment(
        description,
        () => content,
        (nested) => openMessage(nested, limits, 1),
      );
    });
    this.calendar = snapshot.calendar;
    this.encryption = snapshot.encryption;
    this.signature = snapshot.signature;
    this.defects = snapshot.defects;
    this.truncated = snapshot.truncated;
  }
}

function restorePart({ header, children, ...part }: PartSnapshot): MimePart {
  const headers = new MessageHeaders(Buffer.from(header).toString("latin1"));
  return { ...part, headers, children: children.map(restorePart) };
}
