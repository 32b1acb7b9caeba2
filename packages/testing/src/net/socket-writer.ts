import type { Socket } from "node:net";

/** Writes to a socket at the pace of its peer. */
export class SocketWriter {
  readonly #socket: Socket;
  #drained: Promise<void> | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when more may be written, and at once when nothing can be written any more. */
  async write(bytes: string | Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writable || socket.write(bytes)) return;
    // One for all who wait: what is announced to a slow client does not wait itself.
    this.#drained ??= new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#drained = undefined;
        socket.off("drain", settle);
        socket.off("close", settle);
        resolve();
      };
      socket.on("drain", settle);
      socket.on("close", settle);
    });
    await this.#drained;
  }
}
