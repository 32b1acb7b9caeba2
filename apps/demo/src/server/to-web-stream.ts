import type { Readable } from "node:stream";

/**
 * A stream of Node as one of the web, whose reader may stop at any moment: then the content is destroyed. `Readable.toWeb` of
 * Node throws where nobody can catch it when a piece comes after that, which ends the program
 * (https://github.com/nodejs/node/issues/64529).
 */
export function toWebStream(content: Readable): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done === true) controller.close();
      else controller.enqueue(piece.value);
    },
    cancel() {
      content.destroy();
    },
  });
}
