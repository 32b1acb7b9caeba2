import { showAs } from "../inspectable.js";
import type { CalendarPart } from "../message/calendar-part.js";
import { DefectLog } from "../message/defect-log.js";
import type { MessageDefect } from "../message/message-defect.js";
import type { MessageJson } from "../message/message-json.js";
import type { MimePart } from "../message/mime-part.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { Attachment, ParsedMessage } from "../message/parsed-message.js";
import type { Protection } from "../message/protection.js";
import { describeMessage } from "../open/describe-message.js";
import { HeaderView } from "../open/header-view.js";
import { openMessage } from "../open/open-message.js";
import { PartAttachment } from "../open/part-attachment.js";
import { toMessageJson } from "../open/to-json.js";
import type { MessageSnapshot } from "./message-snapshot.js";
import { restorePart } from "./restored-part.js";

/** A {@link ParsedMessage} from a snapshot: its contents are decoded already. */
export class RestoredMessage extends HeaderView implements ParsedMessage {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
  readonly structure: MimePart;
  readonly calendar: CalendarPart | undefined;
  readonly encryption: Protection | undefined;
  readonly signature: Protection | undefined;
  readonly defects: readonly MessageDefect[];
  readonly isTruncated: boolean;

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
    this.isTruncated = snapshot.isTruncated;
    showAs<RestoredMessage>(RestoredMessage.prototype, "ParsedMessage", describeMessage);
  }

  override toJSON(): MessageJson {
    return toMessageJson(this);
  }
}
