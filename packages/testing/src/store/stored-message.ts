import { createHash } from "node:crypto";
import { MailStoreError } from "./mail-store-error.js";

/** A message as the store holds it. `flags` and `modseq` change over its life, everything else never does. */
export interface StoredMessage {
  /** Unique in its mailbox and ascending with arrival (RFC 9051 §2.3.1.1). */
  readonly uid: number;
  /** Exactly the bytes that every protocol serves. */
  readonly raw: Buffer;
  /** System flags in canonical case (`\Seen`), keywords as first written; without `\Recent`. */
  readonly flags: ReadonlySet<string>;
  /** Arrival time, to the second. */
  readonly internalDate: Date;
  /** The mailbox's modification sequence at the last change of this message (RFC 7162). */
  readonly modseq: number;
  /** The same for the same content in every mailbox, so that it survives a move (RFC 8474 §5.1). */
  readonly emailId: string;
}

/** A message before a mailbox has given it its numbers. */
export type NewMessage = Omit<StoredMessage, "uid" | "modseq">;

/** How a message enters a mailbox. */
export interface DeliverOptions {
  /** @defaultValue "INBOX" */
  readonly mailbox?: string;
  /** @defaultValue none */
  readonly flags?: Iterable<string>;
  /** @defaultValue now */
  readonly internalDate?: Date;
}

const SYSTEM_FLAGS = new Map(
  ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"].map((flag) => [flag.toLowerCase(), flag]),
);
/** An atom (RFC 9051 §9): no blanks, controls or anything that starts something else. */
const FLAG = /^\\?[!#$&'+-[\]^-z|}~]+$/;

/** Puts system flags into canonical case and drops `\Recent`, which belongs to a session, not a message. */
export function toFlagSet(flags: Iterable<string>): Set<string> {
  const set = new Set<string>();
  for (const flag of flags) {
    if (!FLAG.test(flag)) throw new MailStoreError("invalid-value", `No flag: ${JSON.stringify(flag)}`);
    if (flag.toLowerCase() !== "\\recent") set.add(SYSTEM_FLAGS.get(flag.toLowerCase()) ?? flag);
  }
  return set;
}

/**
 * The bytes to store, in memory of their own: bytes stay as they are; text becomes UTF-8 and its line ends CRLF, so that a
 * message can be written as a template literal.
 */
export function toMessageBytes(raw: string | Uint8Array): Buffer {
  if (typeof raw === "string") return Buffer.from(raw.replace(/\r?\n/g, "\r\n"), "utf8");
  return Buffer.from(raw);
}

/** A message as it enters a mailbox; throws `invalid-value` for flags and dates that no server could tell. */
export function toNewMessage(raw: Buffer, options: DeliverOptions): NewMessage {
  const internalDate = new Date(options.internalDate ?? Date.now());
  if (Number.isNaN(internalDate.getTime())) {
    throw new MailStoreError("invalid-value", "The internal date is no date");
  }
  internalDate.setMilliseconds(0);
  return { raw, flags: toFlagSet(options.flags ?? []), internalDate, emailId: toEmailId(raw) };
}

/** An EMAILID derived from the content alone. */
function toEmailId(raw: Buffer): string {
  return `M${createHash("sha1").update(raw).digest("hex").slice(0, 24)}`;
}
