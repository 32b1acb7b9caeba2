import type { Message } from "../api/answers.js";
import { clock } from "./format.js";

/** What of a message waits for its server, why, and until when. */
export function describeWaiting({
  moveTo,
  isDeleted,
  error,
  nextTryAt,
}: NonNullable<Message["waiting"]>): string {
  const what =
    isDeleted === true ? "Will be deleted" : moveTo === undefined ? "Changed here" : "Will be moved";
  const next = `next try ${clock(new Date(nextTryAt))}`;
  return `${what}; the server does not know yet: ${error.server ?? error.message}; ${next}`;
}
