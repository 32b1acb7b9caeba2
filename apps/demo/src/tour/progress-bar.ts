const WIDTH = 24;

/** Where progress is drawn: `process.stdout` or anything like it. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** A line that fills up. On a terminal it is redrawn in place; elsewhere only its end is printed. */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #label: string;
  readonly #startedAt: number = performance.now();
  #drawn = "";

  constructor(output: ProgressOutput, label: string) {
    this.#output = output;
    this.#label = label;
  }

  update(done: number, total: number): void {
    if (this.#output.isTTY === true) this.#draw(done, total, "\r");
  }

  finish(done: number, total: number): void {
    this.#draw(done, total, this.#output.isTTY === true ? "\r" : "");
    this.#output.write("\n");
  }

  #draw(done: number, total: number, prefix: string): void {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(2);
    const line = `${this.#label} ${bar} ${done}/${total} messages, ${seconds} s`;
    if (line === this.#drawn) return;
    this.#drawn = line;
    this.#output.write(prefix + line);
  }
}
