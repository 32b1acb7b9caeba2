/** An event as the stream of a mailbox tells it. */
interface ToldEvent {
  readonly id: number;
  readonly type: string;
}

/** Follows the events of a mailbox over several streams, each from where the last one ended. */
export class ToldEvents {
  readonly events: ToldEvent[] = [];
  #place: string | undefined;

  /** Where the next stream goes on; none before the first one has begun. */
  get place(): string | undefined {
    return this.#place;
  }

  /** Reads a stream until it ends or breaks; `url` may be that of another process than before. */
  async follow(url: string, key: string): Promise<void> {
    const response = await fetch(`${url}/api/v1/events`, {
      headers: {
        authorization: `Bearer ${key}`,
        ...(this.#place !== undefined && { "last-event-id": this.#place }),
      },
    });
    if (response.body === null) throw new Error(`No stream: ${response.status}`);
    let text = "";
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const parts = (text + chunk).split("\n\n");
        text = parts.pop() ?? "";
        for (const part of parts) this.#note(part);
      }
    } catch (error) {
      // A process that ends may leave a stream in the middle; the next one goes on from the last whole event.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  #note(part: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
    const [type, id] = [field("event"), field("id")];
    if (type === undefined || id === undefined) return;
    this.#place = id;
    // That names a place, and is no event.
    if (type !== "ready") this.events.push({ id: Number(id), type });
  }
}
