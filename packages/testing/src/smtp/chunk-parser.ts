import { SMTPStream } from "smtp-server/lib/smtp-stream.js";

interface UnfinishedChunk {
  missing: number;
  readonly pieces: Buffer[] | undefined;
  finish(chunk: Buffer): void;
}

/** The command parser of `smtp-server`, which also counts out the octets of a chunk (RFC 3030 §2). */
export class ChunkParser extends SMTPStream {
  readonly #onBytesBehind: ((count: number) => void) | undefined;
  #chunk: UnfinishedChunk | undefined;
  #resume: (() => void) | undefined;
  #behind: number | undefined;

  /** `onBytesBehind` hears how many bytes have come behind a final dot that is not answered yet. */
  constructor(options: { maxCommandLength?: number | undefined; onBytesBehind?: (count: number) => void }) {
    const { maxCommandLength, onBytesBehind } = options;
    // The stream stops reading at its mark; whoever counts wants to see what comes.
    super(onBytesBehind === undefined ? { maxCommandLength } : { maxCommandLength, highWaterMark: 2 ** 20 });
    this.#onBytesBehind = onBytesBehind;
    this.on("pipe", (source) => source.prependListener("data", (bytes: Buffer) => this.#count(bytes.length)));
  }

  /**
   * Takes the next `size` octets, as they are, for a chunk; `isKept: false` throws them away and gives an empty one.
   * Nothing behind them is read before `resumeCommands()`.
   */
  readChunk(size: number, isKept: boolean): Promise<Buffer> {
    this._dataMode = true;
    return new Promise((finish) => {
      this.#chunk = { missing: size, pieces: isKept ? [] : undefined, finish };
    });
  }

  resumeCommands(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _feedDataStream(bytes: Buffer, done: (error?: Error | null) => void): void {
    const chunk = this.#chunk;
    if (chunk === undefined) {
      super._feedDataStream(bytes, done);
      return;
    }
    const taken = bytes.subarray(0, chunk.missing);
    chunk.missing -= taken.length;
    chunk.pieces?.push(taken);
    if (chunk.missing > 0) {
      done();
      return;
    }
    this._dataMode = false;
    this.#chunk = undefined;
    this.#resume = () => this._write(bytes.subarray(taken.length), "buffer", done);
    chunk.finish(Buffer.concat(chunk.pieces ?? []));
  }

  override _endDataMode(bytes: Buffer | false, behind: Buffer, done: (error?: Error | null) => void): void {
    this.#behind = 0;
    this.#count(behind.length);
    super._endDataMode(bytes, behind, done);
  }

  override continue(): void {
    this.#behind = undefined;
    super.continue();
  }

  #count(bytes: number): void {
    if (this.#behind === undefined || bytes === 0) return;
    this.#behind += bytes;
    this.#onBytesBehind?.(this.#behind);
  }
}
