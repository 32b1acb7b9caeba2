import type { SyncCursor } from "@mailwright/core";
import { UidRanges } from "../wire/uid-ranges.js";
import { FlagDigests } from "./flag-digests.js";
import { MessageKeys } from "./message-keys.js";
import { KEPT_PROOFS } from "./message-proofs.js";
import { KEPT_IDENTITIES } from "./move-hints.js";
import { type Doubt, SYNC_STATE_VERSION, SyncState } from "./sync-state.js";

const DOUBTS: readonly Doubt[] = ["qresync", "condstore", "exists", "uidvalidity"];

/** Reads a cursor; `undefined` for one that this release cannot read, whoever has had it in hands. */
export function readCursor(cursor: SyncCursor): SyncState | undefined {
  if (!isRecord(cursor) || cursor["version"] !== SYNC_STATE_VERSION || cursor["protocol"] !== "imap")
    return undefined;
  const json: unknown = cursor["state"];
  if (!isRecord(json)) return undefined;
  const { uidNext, known, withheld = "", leftOut = "", doubts = [], resets = 0 } = json;
  const { recent = [], proofs = [] } = json;
  if (!isUid(uidNext) || typeof known !== "string" || typeof withheld !== "string") return undefined;
  if (typeof leftOut !== "string") return undefined;
  if (!Array.isArray(doubts) || typeof resets !== "number") return undefined;
  if (!Array.isArray(recent) || !Array.isArray(proofs)) return undefined;
  const state = new SyncState();
  state.account = textIn(json, "account");
  state.mailboxId = textIn(json, "mailboxId");
  const { uidValidity, flags, pass } = json;
  state.uidValidity = typeof uidValidity === "number" ? uidValidity : undefined;
  state.uidNext = uidNext;
  state.modseq = modseqIn(json);
  const { modseqNext, triedTo } = json;
  state.modseqNext = isUid(modseqNext) ? modseqNext : undefined;
  state.triedTo = isUid(triedTo) ? triedTo : undefined;
  if (isRecord(pass)) {
    const modseq = modseqIn(pass);
    if (modseq === undefined || !isUid(pass["uid"])) return undefined;
    state.pass = { modseq, uid: pass["uid"] };
  }
  state.known = UidRanges.parse(known);
  state.withheld = UidRanges.parse(withheld);
  state.leftOut = UidRanges.parse(leftOut);
  if (isRecord(flags)) {
    const { shift, blocks, digests } = flags;
    if (typeof shift !== "number" || typeof blocks !== "string" || typeof digests !== "string")
      return undefined;
    state.digests = FlagDigests.fromJson({ shift, blocks, digests });
  }
  state.doubts = new Set(DOUBTS.filter((doubt) => doubts.includes(doubt)));
  state.resets = resets;
  const isEntry = (entry: unknown): entry is [number, string] =>
    Array.isArray(entry) && typeof entry[0] === "number" && typeof entry[1] === "string";
  state.recent = new MessageKeys(KEPT_IDENTITIES, recent.filter(isEntry));
  state.proofs = new MessageKeys(KEPT_PROOFS, proofs.filter(isEntry));
  return state;
}

function modseqIn(json: Readonly<Record<string, unknown>>): bigint | undefined {
  const text = textIn(json, "modseq");
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

function textIn(json: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = json[name];
  return typeof value === "string" ? value : undefined;
}

function isUid(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 0x1_0000_0000;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
