import { expect, it } from "vitest";
import type { SyncCursor, SyncStrategy } from "../../src/index.js";
import { type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

const THREE = ["one", "two", "three"].map((subject) => plainMessage(subject));
const strategies: readonly SyncStrategy[] = ["qresync", "condstore"];

/** What a batch told, and the cursor that was to be stored with it. */
interface Told {
  readonly types: readonly string[];
  readonly ids: readonly unknown[];
  readonly cursor: SyncCursor;
}

/** Syncs the folder in batches of one message; `isStored` says which of them are acknowledged. */
async function read(
  { imap }: ImapFixture,
  options: { readonly strategy: SyncStrategy; readonly cursor?: SyncCursor },
  isStored: (told: Told) => boolean = () => true,
): Promise<Told[]> {
  const all: Told[] = [];
  for await (const batch of imap.sync("INBOX", { ...options, batchMessages: 1 })) {
    const { events, cursor } = batch;
    const types = events.map(({ type }) => type);
    const told = { types, ids: events.map((event) => ("id" in event ? event.id : undefined)), cursor };
    all.push(told);
    if (isStored(told)) await batch.acknowledge();
  }
  return all;
}

/** A folder that was synced, and in which a flag and two new messages have come since, and one may be gone. */
async function changed(
  box: ImapFixture,
  strategy: SyncStrategy,
  isOneGone: boolean,
): Promise<SyncCursor | undefined> {
  const cursor = (await read(box, { strategy })).at(-1)?.cursor;
  const { store } = box.mail;
  store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
  for (const subject of ["four", "five"]) store.deliver("ada", plainMessage(subject));
  if (isOneGone) store.expunge("ada", "INBOX", [2]);
  return cursor;
}

/** What a cursor says of where the server was. */
function figuresOf(cursor: SyncCursor | undefined): unknown {
  const { state } = JSON.parse(JSON.stringify(cursor));
  return [state.uidNext, state.modseq, state.modseqNext];
}

it.each(strategies.flatMap((strategy) => [true, false].map((isOneGone) => ({ strategy, isOneGone }))))(
  "a cursor says where the server was only once all up to there is stored ($strategy, one gone: $isOneGone)",
  async ({ strategy, isOneGone }) => {
    await using box = await imapFixture({ messages: THREE });
    const cursor = await changed(box, strategy, isOneGone);
    const batches = await read(box, { strategy, ...(cursor === undefined ? {} : { cursor }) });
    const removed = isOneGone ? [["removed"]] : [];
    expect(batches.map(({ types }) => types)).toEqual([["flags"], ["added"], ["added"], ...removed]);
    const last = batches.pop();
    for (const batch of batches) expect(figuresOf(batch.cursor)).toEqual(figuresOf(cursor));
    expect(figuresOf(last?.cursor)).not.toEqual(figuresOf(cursor));
  },
);

it.each(strategies)(
  "flags that were not stored are told again, whatever was stored behind them (%s)",
  async (strategy) => {
    await using box = await imapFixture({ messages: THREE });
    const cursor = await changed(box, strategy, true);
    const isStored = ({ types }: Told): boolean => !types.includes("flags");
    const first = await read(box, { strategy, ...(cursor === undefined ? {} : { cursor }) }, isStored);
    const next = first.at(-1)?.cursor;
    const again = await read(box, { strategy, ...(next === undefined ? {} : { cursor: next }) });
    expect(again.flatMap(({ types, ids }) => (types.includes("flags") ? ids : []))).toContain(1);
  },
);
