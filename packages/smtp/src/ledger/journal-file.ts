import { type FileHandle, open, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

interface PendingLine {
  readonly text: string;
  readonly apply: () => void;
  written(): void;
  failed(error: unknown): void;
}

/** Only who runs the process may read whom mail went to. */
const MODE = 0o600;
/** A file is written anew from so many lines on, when most of them say nothing any more. */
const COMPACTED_LINES = 1_000;
const LINES_PER_ENTRY = 4;

/**
 * A file of lines that are only added to. A line is on the disk when its `append` resolves; lines that come while others
 * are being written share one flush. What a crash leaves of a line that was not flushed is no line. Grown to 1 000 lines,
 * and to four times as many as still say something, the file is replaced by one of these: written beside it, flushed and
 * renamed, so that at every moment one of the two is there, and whole.
 */
export class JournalFile {
  readonly #path: string;
  readonly #summary: () => readonly string[];
  readonly #waiting: PendingLine[] = [];
  #handle: Promise<FileHandle> | undefined;
  #flushing: Promise<void> | undefined;
  #lines = 0;
  #isDueAt = COMPACTED_LINES;

  /** `summary` answers the lines that say the same as all that were read and applied. */
  constructor(path: string, summary: () => readonly string[]) {
    this.#path = path;
    this.#summary = summary;
  }

  /** The whole lines of the file, none when there is no file. */
  async read(): Promise<string[]> {
    try {
      const lines = (await readFile(this.#path, "utf8")).split("\n").slice(0, -1);
      this.#lines += lines.length;
      return lines;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }

  /** `text` holds no line end; `apply` is called once it is on the disk, in the order of the lines. */
  append(text: string, apply: () => void): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ text, apply, written, failed });
      this.#flushing ??= this.#flush();
    });
  }

  /** Waits for what is being written; the next `append` opens the file anew. */
  async close(): Promise<void> {
    await this.#flushing;
    const handle = this.#handle;
    this.#handle = undefined;
    await (await handle?.catch(() => undefined))?.close();
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        this.#handle ??= this.#open();
        const handle = await this.#handle;
        await handle.appendFile(batch.map(({ text }) => `${text}\n`).join(""));
        await handle.datasync();
        this.#lines += batch.length;
        for (const { apply, written } of batch) {
          apply();
          written();
        }
      } catch (error) {
        // A part may have been written: what comes next must not continue that line.
        await this.#abandon();
        for (const { failed } of batch) failed(error);
      }
      if (this.#lines >= this.#isDueAt) await this.#compact();
    }
    this.#flushing = undefined;
  }

  async #compact(): Promise<void> {
    const summary = this.#summary();
    this.#isDueAt = Math.max(COMPACTED_LINES, summary.length * LINES_PER_ENTRY);
    if (this.#lines < this.#isDueAt) return;
    let beside = "";
    try {
      // A link stays one.
      const path = await realpath(this.#path);
      beside = `${path}.new`;
      await writeFile(beside, summary.map((line) => `${line}\n`).join(""), { mode: MODE, flush: true });
      // Not every system renames over a file that is open.
      await this.#abandon();
      await rename(beside, path);
      // What is added from now on goes into the new file: it has to be the one that is found.
      await syncFolder(dirname(path));
      this.#lines = summary.length;
    } catch {
      // The old file says the same, and goes on growing.
      this.#isDueAt = this.#lines * 2;
      if (beside !== "") await rm(beside, { force: true }).catch(() => {});
    }
  }

  async #open(): Promise<FileHandle> {
    const handle = await open(this.#path, "a+", MODE);
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    // The torn end of a crash becomes a line that says nothing.
    if (size > 0 && last.toString() !== "\n") await handle.appendFile("\n");
    if (size === 0) await syncFolder(dirname(this.#path));
    return handle;
  }

  async #abandon(): Promise<void> {
    const handle = await this.#handle?.catch(() => undefined);
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }
}

/** A new file is there after a crash only when its folder says so. Not every system can flush folders. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch {}
}
