import type { Attachment } from "./attachment.js";
import type { CalendarPart } from "./calendar-part.js";
import { type Defect, DefectLog } from "./defect.js";
import { describeMessage } from "./describe-message.js";
import { HeaderView } from "./header-view.js";
import { showAs } from "./inspectable.js";
import { type MessageJson, toMessageJson } from "./message-json.js";
import type { MessageSnapshot } from "./message-snapshot.js";
import type { MimePart } from "./mime-part.js";
import { openMessage } from "./open-message.js";
import type { ParseLimits } from "./parse-limits.js";
import type { ParsedMessage } from "./parsed-message.js";
import { PartAttachment } from "./part-attachment.js";
import type { Protection } from "./protection.js";
import { RestoredPart } from "./restored-part.js";

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

  static {
    showAs<RestoredMessage>(RestoredMessage.prototype, "ParsedMessage", describeMessage);
  }

  constructor(snapshot: MessageSnapshot, limits: ParseLimits) {
    const structure = new RestoredPart(snapshot.structure);
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

  override toJSON(): MessageJson {
    return toMessageJson(this);
  }
}
