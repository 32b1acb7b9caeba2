import { expect } from "vitest";

/** An event as it came. */
interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a stream of server-sent events, one after the other. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  static async open(response: Response): Promise<EventReader> {
    expect(response.headers.get("content-type")).toMatch(/text\/event-stream/);
    if (response.body === null) throw new Error("No stream");
    const reader = new EventReader(response.body.getReader());
    await reader.next("ready");
    return reader;
  }

  /** The next event of a kind; others are passed over. */
  async next(event: string): Promise<Told> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error(`The stream ended before ${event}`);
        this.#text += Buffer.from(value).toString();
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
      if (field("event") === event) return { event, id: field("id"), data: field("data") };
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}
