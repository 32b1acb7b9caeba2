import { MailError } from "@mailwright/core";
import { command, isRefusal } from "../connection/exchange.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { fromWire } from "../pop3-error.js";
import {
  ListingError,
  type MessageSize,
  type MessageUidl,
  type Pop3Stat,
  parseListing,
  parseSizeLine,
  parseStat,
  parseUidlLine,
} from "../wire/parse-listing.js";
import { createCommand } from "../wire/pop3-command.js";

/** A message as the listings show it. */
export interface Pop3MessageInfo {
  /** Valid in this session only. */
  readonly number: number;
  readonly sizeBytes: number;
  /** The same in every session; `undefined` where the server gives none. */
  readonly uidl: string | undefined;
}

/** All messages of a mailbox. */
export interface Listing {
  readonly messages: readonly Pop3MessageInfo[];
  /** Why there are no UIDLs: `"unsupported"` where the server has none, or what it says instead of giving them. */
  readonly uidlRefusal: MailError | undefined;
}

/** `STAT`. */
export async function readStat(connection: Pop3Connection): Promise<Pop3Stat> {
  const { wire, account } = connection;
  const { status } = await command(wire, createCommand("STAT"), { limitMs: account.timeouts.commandMs });
  return sensible(connection, "stat", () => parseStat(status.text));
}

/** `LIST`. */
export function readSizes(connection: Pop3Connection): Promise<MessageSize[]> {
  return readAll(connection, "LIST", parseSizeLine);
}

/** `UIDL`; rejects with `"unsupported"` or `"rejected"` where the server has none. */
export function readUidls(connection: Pop3Connection): Promise<MessageUidl[]> {
  return readAll(connection, "UIDL", parseUidlLine);
}

/** `LIST n`. */
export function readSize(connection: Pop3Connection, number: number): Promise<MessageSize> {
  return readOne(connection, "LIST", number, parseSizeLine);
}

/** `UIDL n`. */
function readUidl(connection: Pop3Connection, number: number): Promise<MessageUidl> {
  return readOne(connection, "UIDL", number, parseUidlLine);
}

/**
 * `STAT`, `LIST` and `UIDL` together, checked against each other. Rejects where UIDLs are refused for now: the
 * same messages without them would look like other ones.
 */
export async function readListing(connection: Pop3Connection): Promise<Listing> {
  const asked = [readStat(connection), readSizes(connection), orRefusal(readUidls(connection))] as const;
  await Promise.allSettled(asked);
  const [stat, sizes, answer] = await Promise.all(asked);
  const [uidls, refusal] = Array.isArray(answer) ? [answer, undefined] : [[], answer];
  const messages = sensible(connection, "list", () => {
    if (stat.count !== sizes.length) {
      throw new ListingError(`STAT counts ${stat.count} messages and LIST shows ${sizes.length}`);
    }
    const byNumber = new Map(uidls.map(({ number, uidl }) => [number, uidl]));
    const listing = sizes.map(({ number, sizeBytes }) => ({ number, sizeBytes, uidl: byNumber.get(number) }));
    for (const { number } of sizes) byNumber.delete(number);
    const [unlisted] = byNumber.keys();
    if (unlisted !== undefined) throw new ListingError(`UIDL names message ${unlisted} and LIST does not`);
    return listing;
  });
  return { messages, uidlRefusal: refusal && understood(connection, refusal) };
}

/** `LIST n` and `UIDL n` together. */
export async function readInfo(connection: Pop3Connection, number: number): Promise<Pop3MessageInfo> {
  const asked = [readSize(connection, number), orRefusal(readUidl(connection, number))] as const;
  await Promise.allSettled(asked);
  const [{ sizeBytes }, found] = await Promise.all(asked);
  return { number, sizeBytes, uidl: "uidl" in found ? found.uidl : undefined };
}

async function readAll<Line extends { readonly number: number }>(
  connection: Pop3Connection,
  verb: "LIST" | "UIDL",
  parseLine: (line: string) => Line,
): Promise<Line[]> {
  const { wire, account } = connection;
  const { maxListingBytes, maxMessages } = account.limits;
  const options = { limitMs: account.timeouts.commandMs, maxBytes: maxListingBytes };
  const { body } = await command(wire, createCommand(verb, [], { isMultiline: true }), options);
  return sensible(connection, verb.toLowerCase(), () => parseListing(body, parseLine, maxMessages));
}

async function readOne<Line extends { readonly number: number }>(
  connection: Pop3Connection,
  verb: "LIST" | "UIDL",
  number: number,
  parseLine: (line: string) => Line,
): Promise<Line> {
  const { wire, account } = connection;
  const { status } = await command(wire, createCommand(verb, [number]), {
    limitMs: account.timeouts.commandMs,
  });
  return sensible(connection, verb.toLowerCase(), () => {
    const line = parseLine(status.text);
    if (line.number === number) return line;
    throw new ListingError(`${verb} ${number} was answered for message ${line.number}`);
  });
}

/** A server whose listing makes no sense cannot be trusted with the rest of the session either. */
function sensible<T>({ wire }: Pop3Connection, phase: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    const error = fromWire(thrown, wire.context(phase));
    wire.destroy(error);
    throw error;
  }
}

/** `UIDL` is optional (RFC 1939 §7); a refusal that may pass is no sign that it is missing. */
async function orRefusal<T>(answer: Promise<T>): Promise<T | MailError> {
  try {
    return await answer;
  } catch (error) {
    if (isRefusal(error) && !error.retryable) return error;
    throw error;
  }
}

/**
 * QUIRK: servers without `CAPA` refuse `UIDL` in words of their own, or in none. Where it is announced, only words
 * that say so mean that it is missing.
 */
function understood({ capabilities }: Pop3Connection, refusal: MailError): MailError {
  if (capabilities.known.hasUidl || refusal.server?.code !== undefined || refusal.code === "unsupported")
    return refusal;
  const { message, phase, connectionId, server } = refusal;
  return new MailError(message, { code: "unsupported", protocol: "pop3", phase, connectionId, server });
}
