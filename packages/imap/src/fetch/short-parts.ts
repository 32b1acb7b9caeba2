import type { ImapSession } from "../session/imap-session.js";
import { fetchWindow } from "./fetch-window.js";

/** QUIRK: some servers count the line end before a boundary with the part. */
const SLACK_BYTES = 2;

/** Whether less came than was announced: of a part that is not empty, and not cut by us. */
export function isShort(bytes: Uint8Array, announcedBytes: number): boolean {
  return bytes.length > 0 && bytes.length + SLACK_BYTES < announcedBytes;
}

/** Something of which less came than was announced. */
export interface ShortPart {
  readonly uid: number;
  /** `""` for the whole message. */
  readonly path: string;
  /** The message has no other part, so that its text is that part. */
  readonly isOnlyPart: boolean;
  readonly came: Buffer;
  readonly announcedBytes: number;
}

/** Asks another way for what was announced and did not come. Answers with all there is. */
export async function readRest(
  session: ImapSession,
  { uid, path, isOnlyPart, came, announcedBytes }: ShortPart,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (isOnlyPart) {
    // QUIRK: of a message that Courier takes for a leaf though it has parts, BODY[1] is less than BODY[TEXT].
    const text = await fetchWindow(session, uid, "TEXT", { offset: 0, length: announcedBytes }, signal);
    if (text !== undefined && text.bytes.length > came.length) return text.bytes;
  }
  const window = { offset: came.length, length: announcedBytes - came.length, before: came };
  const rest = await fetchWindow(session, uid, path, window, signal);
  return rest === undefined || rest.bytes.length === 0 ? came : Buffer.concat([came, rest.bytes]);
}
