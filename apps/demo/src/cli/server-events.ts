/** A server-sent event. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** The events of a stream, as they come, until it ends. Throws when the signal aborts, which ends the stream at its source too. */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream(), { signal })) {
    const blocks = `${rest}${text}`.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string): string =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join("\n");
      if (field("data") !== "") yield { type: field("event"), data: field("data") };
    }
  }
}
