import { MessageHeaders } from "@mailwright/mime";
import { showAs } from "../inspectable.js";
import type { MimePart } from "../message/mime-part.js";
import { describePart, type PartJson, toPartJson } from "../structure/part-json.js";
import type { PartSnapshot } from "./message-snapshot.js";

/** How parts from snapshots are shown; what they hold is their own. */
class RestoredPart {
  constructor() {
    showAs<MimePart>(RestoredPart.prototype, "MimePart", describePart);
  }

  toJSON(this: MimePart): PartJson {
    return toPartJson(this);
  }
}

/** A {@link MimePart} from a snapshot, with the parts in it. */
export function restorePart(snapshot: PartSnapshot): MimePart {
  const headers = new MessageHeaders(Buffer.from(snapshot.header).toString("latin1"));
  const children = snapshot.children.map(restorePart);
  return Object.assign(new RestoredPart(), describePart({ ...snapshot, headers, children }), { headers });
}
