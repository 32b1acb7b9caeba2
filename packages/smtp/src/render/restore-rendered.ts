import type { ValidationProblem } from "@mailwright/core";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import { type MessageLimits, resolveMessageLimits } from "../message/message-limits.js";
import type { DsnRequest } from "../message/outgoing-message.js";
import { type RenderedMessage as Rendered, RenderedMail } from "../message/rendered-message.js";
import { recheckRendered } from "./recheck-rendered.js";

/** A message ready to go: what every attempt sends, byte for byte. */
export interface RenderedMessage extends Rendered {}

/** Brings back rendered messages that were stored or sent elsewhere. */
export const RenderedMessage: {
  /**
   * The message that was parsed from JSON or cloned, checked once more. Throws {@link InvalidMessageError} for what is
   * none, or may not be sent.
   */
  from(stored: unknown, limits?: MessageLimits): RenderedMessage;
} = {
  from(stored, limits) {
    const problems: ValidationProblem[] = [];
    const bytes = bytesOf(field(stored, "bytes"));
    const date = dateOf(field(stored, "date"));
    const recipients: unknown = field(stored, "recipients");
    const check = (path: string, isSound: boolean, text: string): void => {
      if (!isSound) problems.push({ path, code: "type", message: `${path} of a rendered message ${text}` });
    };
    check("bytes", bytes !== undefined, "is neither bytes nor base64");
    check("date", date !== undefined, "is no date");
    check("messageId", typeof field(stored, "messageId") === "string", "is no string");
    check("from", typeof field(stored, "from") === "string", "is no string");
    check("recipients", Array.isArray(recipients), "is no list");
    if (problems.length > 0 || bytes === undefined || date === undefined)
      throw new InvalidMessageError(problems);
    const message = {
      messageId: String(field(stored, "messageId")),
      date,
      bytes,
      from: String(field(stored, "from")),
      recipients: Array.isArray(recipients) ? recipients.map(String) : [],
      // Found out anew from the bytes and addresses.
      is8Bit: false,
      needsUtf8: false,
      requireTls: field(stored, "requireTls") === true,
      dsn: dsnOf(field(stored, "dsn")),
    };
    return new RenderedMail(recheckRendered(message, resolveMessageLimits(limits)));
  },
};

function bytesOf(stored: unknown): Buffer | undefined {
  if (stored instanceof Uint8Array) return Buffer.from(stored);
  if (typeof stored === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(stored))
    return Buffer.from(stored, "base64");
  const data: unknown = field(stored, "data");
  const isBuffer = field(stored, "type") === "Buffer" && Array.isArray(data);
  return isBuffer && data.every(isOctet) ? Buffer.from(data) : undefined;
}

function isOctet(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}

function dateOf(stored: unknown): Date | undefined {
  if (!(stored instanceof Date) && typeof stored !== "string") return undefined;
  const date = new Date(stored);
  return Number.isFinite(date.getTime()) ? date : undefined;
}

/** Its fields are checked with those of the message. */
function dsnOf(stored: unknown): DsnRequest | undefined {
  return typeof stored === "object" && stored !== null ? { ...stored } : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
