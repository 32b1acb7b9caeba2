import { MessageHeaders } from "@mailwright/mime";
import { showAs } from "../inspectable.js";
import type { MimePart } from "../message/mime-part.js";
import { describePart, type PartJson, toPartJson } from "../structure/part-json.js";
import type { PartSnapshot } from "./message-snapshot.js";

/** A {@link MimePart} from a snapshot. */
export class RestoredPart implements MimePart {
  readonly path: string;
  readonly contentType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly transferEncoding: string;
  readonly disposition: string | undefined;
  readonly filename: string | undefined;
  readonly contentId: string | undefined;
  readonly headers: MessageHeaders;
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly children: readonly RestoredPart[];

  static {
    showAs<RestoredPart>(RestoredPart.prototype, "MimePart", describePart);
  }

  constructor(snapshot: PartSnapshot) {
    this.path = snapshot.path;
    this.contentType = snapshot.contentType;
    this.parameters = snapshot.parameters;
    this.transferEncoding = snapshot.transferEncoding;
    this.disposition = snapshot.disposition;
    this.filename = snapshot.filename;
    this.contentId = snapshot.contentId;
    this.headers = new MessageHeaders(Buffer.from(snapshot.header).toString("latin1"));
    this.headerStart = snapshot.headerStart;
    this.bodyStart = snapshot.bodyStart;
    this.bodyEnd = snapshot.bodyEnd;
    this.children = snapshot.children.map((child) => new RestoredPart(child));
  }

  toJSON(): PartJson {
    return toPartJson(this);
  }
}
