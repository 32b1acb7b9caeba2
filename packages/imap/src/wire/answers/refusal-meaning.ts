import type { MailErrorCode } from "@mailwright/core";

/** What a server said when it refused something. */
export interface Refusal {
  /** The response code, without its brackets. */
  readonly name: string | undefined;
  readonly text: string;
  /** NO, BAD or BYE. */
  readonly status: string | undefined;
}

/** What a refusal means for the caller: its code, and whether the same may be taken another time. */
export type RefusalMeaning = readonly [code: MailErrorCode, isPassing: boolean];

/** RFC 5530, 7889, 9051 and what servers made up. */
const BY_CODE: Readonly<Record<string, RefusalMeaning>> = {
  AUTHENTICATIONFAILED: ["authentication", false],
  AUTHORIZATIONFAILED: ["authentication", false],
  EXPIRED: ["authentication", false],
  PRIVACYREQUIRED: ["forbidden", false],
  WEBALERT: ["authentication", false],
  UNAVAILABLE: ["throttled", true],
  THROTTLED: ["throttled", true],
  SERVERBUG: ["rejected", true],
  INUSE: ["busy", true],
  LIMIT: ["limit", false],
  OVERQUOTA: ["quota", false],
  TOOBIG: ["limit", false],
  NONEXISTENT: ["not-found", false],
  TRYCREATE: ["not-found", false],
  ALREADYEXISTS: ["already-exists", false],
  NOPERM: ["permission", false],
  CANNOT: ["rejected", false],
  BADCHARSET: ["unsupported", false],
  "UNKNOWN-CTE": ["unsupported", false],
  CLIENTBUG: ["rejected", false],
  EXPUNGEISSUED: ["conflict", true],
  MODIFIED: ["conflict", false],
};

/** QUIRK: many servers say "too many" in words only (Dovecot, Gmail, Exchange, Yahoo; see the tests). */
const TOO_MANY =
  /too many(?! identical)|maximum number of connections|concurrent connection|connection limit|throttl|rate limit|try again later|bandwidth|temporarily unavailable/i;
/** QUIRK: Exchange answers this to every command of a session whose mailbox it cannot reach. */
const NOT_CONNECTED = /authenticated but not connected/i;
/** QUIRK: Cyrus takes the same message only so often. More connections or time would not help. */
const TOO_MANY_COPIES = /too many identical/i;
/** QUIRK: Cyrus has no NOPERM for what an access list forbids. */
const FORBIDDEN = /permission denied/i;
const MISSING =
  /(mailbox|folder).*(not exist|not found|unknown|nonexist)|no such (mailbox|folder)|unknown (mailbox|folder)|doesn't exist/i;

/** Whether a text says that there were too many connections or requests. */
export function saysTooMany(text: string): boolean {
  return TOO_MANY.test(text);
}

/** Whether a text says that the session is of no use any more, though the server keeps it open. */
export function saysNotConnected(text: string): boolean {
  return NOT_CONNECTED.test(text);
}

/** What the refusal of a command means: by its response code, else by its words. */
export function refusalMeaning({ name, text, status }: Refusal): RefusalMeaning {
  if (name === "LIMIT" && saysTooMany(text)) return ["throttled", true];
  const known = name === undefined ? undefined : BY_CODE[name];
  if (known !== undefined) return known;
  if (saysTooMany(text) || saysNotConnected(text)) return ["throttled", true];
  if (/quota/i.test(text) && /exceed|over|full/i.test(text)) return ["quota", false];
  if (TOO_MANY_COPIES.test(text)) return ["limit", false];
  if (FORBIDDEN.test(text)) return ["permission", false];
  if (MISSING.test(text)) return ["not-found", false];
  if (/already exists/i.test(text)) return ["already-exists", false];
  return [status?.toUpperCase() === "BAD" ? "protocol" : "rejected", false];
}

/** What the refusal of a login means: a wrong password, unless something says otherwise. */
export function loginRefusalMeaning({ name, text }: Refusal): RefusalMeaning {
  if (name === "UNAVAILABLE" || name === "LIMIT" || name === "THROTTLED") return ["throttled", true];
  if (name === "INUSE") return ["busy", true];
  if (name === "PRIVACYREQUIRED") return ["forbidden", false];
  const isCoded = name !== undefined && Object.hasOwn(BY_CODE, name);
  if (!isCoded && saysTooMany(text) && !/password|credential/i.test(text)) return ["throttled", true];
  return ["authentication", false];
}
