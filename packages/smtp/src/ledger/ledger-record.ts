import type { LedgerEntry } from "../send/delivery-ledger.js";

/** What a line of a ledger says of an attempt. */
export type RecordKind = "begin" | "finish" | "settle";

const KINDS: ReadonlySet<unknown> = new Set<RecordKind>(["begin", "finish", "settle"]);

/** Reads a line; `undefined` for one that a crash left in the middle. */
export function parseRecord(line: string): { kind: RecordKind; entry: LedgerEntry } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isKind(value["kind"])) return undefined;
  const { kind, messageId, idempotencyKey, attempt, from, recipients, startedAt } = value;
  const isWhole =
    typeof messageId === "string" &&
    (idempotencyKey === undefined || typeof idempotencyKey === "string") &&
    typeof attempt === "number" &&
    typeof from === "string" &&
    Array.isArray(recipients) &&
    recipients.every((recipient) => typeof recipient === "string") &&
    typeof startedAt === "string";
  if (!isWhole) return undefined;
  const entry = { messageId, idempotencyKey, attempt, from, recipients, startedAt: new Date(startedAt) };
  return { kind, entry };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isKind(value: unknown): value is RecordKind {
  return KINDS.has(value);
}
