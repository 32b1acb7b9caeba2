import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";

interface PendingLine {
  readonly text: string;
  written(): void;
  failed(error: unknown): void;
}

/** Only who runs the process may read whom mail went to. */
const MODE = 0o600;

/**
 * A file of lines that only grows. A line is on the disk when its `append` resolves; lines that come while others are
 * being written share one flush. What a crash leaves of a line that was not flushed is no line.
 */
export class JournalFile {
  readonly #path: string;
  readonly #waiting: PendingLine[] = [];
  #handle: Promise<FileHandle> | undefined;
  #flushing: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The whole lines of the file, none when there is no file. */
  async read(): Promise<string[]> {
    try {
      const lines = (await readFile(this.#path, "utf8")).split("\n");
      return lines.slice(0, -1);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }

  /** `text` holds no line end. */
  append(text: string): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ text, written, failed });
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
        for (const { written } of batch) written();
      } catch (error) {
        // A part may have been written: what comes next must not continue that line.
        await this.#abandon();
        for (const { failed } of batch) failed(error);
      }
    }
    this.#flushing = undefined;
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
