import { MailError } from "@mailwright/core";
import type { DeliveryLedger, LedgerEntry, LedgerOutcome } from "../send/delivery-ledger.js";
import { JournalFile } from "./journal-file.js";
import { parseRecord, type RecordKind } from "./ledger-record.js";

/**
 * A ledger in a file, which survives the end of the process at any moment: what began is on the disk before anything
 * of it goes out. By {@link createFileLedger}.
 */
export class FileLedger implements DeliveryLedger, AsyncDisposable {
  readonly #journal: JournalFile;
  /** Attempts of earlier processes without an end, by what names them. */
  #left: Promise<Map<string, LedgerEntry>> | undefined;
  #leftNow: ReadonlyMap<string, LedgerEntry> = new Map();
  /** Attempts of this process that have not ended. */
  readonly #open = new Map<string, LedgerEntry>();

  /** By {@link createFileLedger}. */
  constructor(path: string) {
    this.#journal = new JournalFile(path, () =>
      [...this.#leftNow.values(), ...this.#open.values()].map((entry) => lineOf("begin", entry)),
    );
  }

  /** Rejects when the file cannot be written; the message is then not sent. */
  async begin(entry: LedgerEntry): Promise<void> {
    await this.#append("begin", entry, () => this.#open.set(nameOf(entry), entry));
  }

  async finish(outcome: LedgerOutcome): Promise<void> {
    await this.#append("finish", outcome, () => this.#open.delete(nameOf(outcome)));
  }

  /**
   * The attempts that earlier processes began and never finished, in their order: each message may have been
   * delivered or not. Look for it by its Message-ID, decide, and {@link settle} it.
   */
  async unsettled(): Promise<LedgerEntry[]> {
    return [...(await this.#unsettled()).values()];
  }

  /** Says that the fate of an unsettled attempt is known now, so that it is no longer among them. */
  async settle(entry: LedgerEntry): Promise<void> {
    const left = await this.#unsettled();
    await this.#append("settle", entry, () => left.delete(nameOf(entry)));
  }

  /** Waits for what is being written and closes the file. */
  close(): Promise<void> {
    return this.#journal.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #append(kind: RecordKind, entry: LedgerEntry, apply: () => void): Promise<void> {
    // Before the first line of this process: what it begins is not what was left.
    await this.#unsettled();
    await this.#journal.append(lineOf(kind, entry), apply);
  }

  async #unsettled(): Promise<Map<string, LedgerEntry>> {
    this.#left ??= this.#read();
    try {
      return await this.#left;
    } catch (error) {
      this.#left = undefined;
      throw error;
    }
  }

  async #read(): Promise<Map<string, LedgerEntry>> {
    const left = new Map<string, LedgerEntry>();
    for (const line of await this.#journal.read()) {
      const record = parseRecord(line);
      if (record?.kind === "begin") left.set(nameOf(record.entry), record.entry);
      else if (record !== undefined) left.delete(nameOf(record.entry));
    }
    this.#leftNow = left;
    return left;
  }
}

/**
 * A {@link FileLedger} for the `ledger` option: a file of JSON lines, which is made when it is missing and is for one
 * process at a time. It holds at most 1 000 lines, or four times as many as were under way and unsettled at a time,
 * and what is added in one flush. Connects nothing and opens nothing yet.
 */
export function createFileLedger(path: string): FileLedger {
  if (typeof path === "string" && path !== "") return new FileLedger(path);
  const message = "createFileLedger takes the path of a file";
  throw new MailError(message, { code: "invalid-argument", protocol: "smtp" });
}

function lineOf(kind: RecordKind, entry: LedgerEntry): string {
  return JSON.stringify({ kind, ...entry });
}

/** Sends of one rendered message may be under way twice; they do not begin in the same millisecond to the same people. */
function nameOf({ messageId, attempt, startedAt, recipients }: LedgerEntry): string {
  return JSON.stringify([messageId, attempt, startedAt, recipients]);
}
