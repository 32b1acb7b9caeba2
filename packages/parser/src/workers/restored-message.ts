import { showAs } from "../inspectable.js";
import type { Attachment } from "../message/attachment.js";
import type { CalendarPart } from "../message/calendar-part.js";
import { type Defect, DefectLog } from "../message/defect.js";
import { type MessageJson, toMessageJson } from "../message/message-json.js";
import type { MimePart } from "../message/mime-part.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import type { Protection } from "../message/protection.js";
import { describeMessage } from "../open/describe-message.js";
import { HeaderView } from "../open/header-view.js";
import { openMessage } from "../open/open-message.js";
import { PartAttachment } from "../open/part-attachment.js";
import type { MessageSnapshot } from "./message-snapshot.js";
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
